import { sql } from "drizzle-orm";
import { index, jsonb, pgTable, text, timestamp, unique, uuid } from "drizzle-orm/pg-core";
import type { NotificationKind } from "@/contracts/notification-kind";
import type { OwnerKind } from "@/contracts/owner";

/** What a person, or the operators of the installation, must learn: once, whoever notices it. */
export const notificationsTable = pgTable(
  "notifications",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** Who is told. */
    ownerKind: text("owner_kind").$type<OwnerKind>().notNull(),
    ownerId: text("owner_id").notNull(),
    kind: text("kind").$type<NotificationKind>().notNull(),
    /** Tells two of one kind apart; the same one is not told again. */
    dedupeKey: text("dedupe_key").notNull(),
    /** Ids, names and figures for its sentence; nothing secret. */
    detail: jsonb("detail")
      .$type<Record<string, string | number | boolean | null>>()
      .notNull()
      .default(sql`'{}'::jsonb`),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    /** When it was turned into deliveries; null until then. */
    handedOutAt: timestamp("handed_out_at", { withTimezone: true }),
  },
  (table) => [
    unique("notifications_once").on(table.ownerKind, table.ownerId, table.kind, table.dedupeKey),
    index("notifications_owner_created_at_idx").on(table.ownerKind, table.ownerId, table.createdAt),
    index("notifications_to_hand_out_idx").on(table.createdAt).where(sql`handed_out_at is null`),
    index("notifications_created_at_idx").on(table.createdAt),
  ],
);
