import { sql } from "drizzle-orm";
import { pgTable, text, timestamp, unique, uuid } from "drizzle-orm/pg-core";
import type { OwnerKind } from "@/contracts/owner";
import type { ProviderId } from "@/contracts/provider";

/**
 * Keys of an organization at a provider, for reading what it charged. Only
 * `domain/spending/reconciliation/admin-keys` reads or writes `sealed_key`.
 */
export const adminKeysTable = pgTable(
  "admin_keys",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    ownerKind: text("owner_kind").$type<OwnerKind>().notNull(),
    ownerId: text("owner_id").notNull(),
    /** The owner as one text, as the data keys name it. */
    sealOwner: text("seal_owner").notNull().generatedAlwaysAs(sql`owner_kind || ':' || owner_id`),
    provider: text("provider").$type<ProviderId>().notNull(),
    /** Sealed (lib/encryption): bound to this table, column, owner and `seal_purpose`. */
    sealedKey: text("sealed_key").notNull(),
    /** Names the provider and this secret. */
    sealPurpose: text("seal_purpose").notNull(),
    last4: text("last4").notNull(),
    /** Set when the sealed value could not be opened; cleared by saving the key again. */
    unreadableSince: timestamp("unreadable_since", { withTimezone: true }),
    /** An opaque id without a foreign key: the installation's keys outlive the operator. */
    createdBy: text("created_by").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    unique("admin_keys_one_of_a_provider").on(table.ownerKind, table.ownerId, table.provider),
    unique("admin_keys_owner_purpose").on(table.sealOwner, table.sealPurpose),
  ],
);
