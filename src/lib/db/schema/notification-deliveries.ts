import { sql } from "drizzle-orm";
import { index, integer, pgTable, text, timestamp, unique, uuid } from "drizzle-orm/pg-core";
import type { DeliveryOutcome } from "@/contracts/notifications";
import { notificationsTable } from "./notifications";

/** The outbox: one row for each notification, channel and recipient. */
export const notificationDeliveriesTable = pgTable(
  "notification_deliveries",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    notificationId: uuid("notification_id")
      .notNull()
      .references(() => notificationsTable.id, { onDelete: "cascade" }),
    channel: text("channel").$type<"mail" | "webhook">().notNull(),
    /** A person, whose address is read when the mail is sent; or a webhook. */
    recipient: text("recipient").notNull(),
    /** No foreign key (migration 0031): a delivery to one that is gone is given up. */
    webhookId: uuid("webhook_id"),
    state: text("state").$type<"waiting" | "delivered" | "given_up">().notNull().default("waiting"),
    /** Begun ones, with the one that is under way. */
    attempts: integer("attempts").notNull().default(0),
    /** When it is tried next; while it is tried, when another server may take it over. */
    nextAt: timestamp("next_at", { withTimezone: true }).notNull().defaultNow(),
    lastOutcome: text("last_outcome").$type<DeliveryOutcome>(),
    lastStatus: integer("last_status"),
    lastAt: timestamp("last_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    unique("notification_deliveries_once").on(table.notificationId, table.channel, table.recipient),
    index("notification_deliveries_due_idx").on(table.nextAt).where(sql`state = 'waiting'`),
    index("notification_deliveries_recipient_idx").on(table.channel, table.recipient),
    index("notification_deliveries_webhook_id_idx").on(table.webhookId),
  ],
);
