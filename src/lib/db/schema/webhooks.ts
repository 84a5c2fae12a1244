import { sql } from "drizzle-orm";
import { integer, pgTable, text, timestamp, unique, uuid } from "drizzle-orm/pg-core";
import type { NotificationKind } from "@/contracts/notification-kind";
import type { DeliveryOutcome } from "@/contracts/notifications";
import type { OwnerKind } from "@/contracts/owner";

/** Addresses that notifications are sent to, signed. A trigger deletes a person's with the person. */
export const webhooksTable = pgTable(
  "webhooks",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    ownerKind: text("owner_kind").$type<OwnerKind>().notNull(),
    ownerId: text("owner_id").notNull(),
    address: text("address").notNull(),
    /** Empty: all of them. */
    kinds: text("kinds").array().$type<NotificationKind[]>().notNull().default(sql`'{}'`),
    /** Sealed (lib/encryption): bound to this table, column, owner and row. */
    secret: text("secret").notNull(),
    /** Whose data key seals the secret. */
    sealOwner: text("seal_owner")
      .generatedAlwaysAs(sql`'webhooks:' || owner_kind || ':' || owner_id`)
      .notNull(),
    /** Set when the sealed value could not be opened; cleared by making a new secret. */
    unreadableSince: timestamp("unreadable_since", { withTimezone: true }),
    disabledAt: timestamp("disabled_at", { withTimezone: true }),
    /** Null if its owner disabled it. */
    disabledBecause: text("disabled_because").$type<"failing" | "gone">(),
    /** The first failure since the last success. */
    failingSince: timestamp("failing_since", { withTimezone: true }),
    lastOutcome: text("last_outcome").$type<DeliveryOutcome>(),
    lastStatus: integer("last_status"),
    lastAt: timestamp("last_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  },
  // Begins with its owner, so that it finds the owner's webhooks too.
  (table) => [unique("webhooks_seal_owner_id_unique").on(table.sealOwner, table.id)],
);
