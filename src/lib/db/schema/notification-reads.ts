import { index, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { notificationsTable } from "./notifications";
import { userTable } from "./user";

/** What a person has read. By person: a notification of the installation is read by each operator. */
export const notificationReadsTable = pgTable(
  "notification_reads",
  {
    userId: text("user_id")
      .notNull()
      .references(() => userTable.id, { onDelete: "cascade" }),
    notificationId: uuid("notification_id")
      .notNull()
      .references(() => notificationsTable.id, { onDelete: "cascade" }),
    readAt: timestamp("read_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.notificationId] }),
    index("notification_reads_notification_id_idx").on(table.notificationId),
  ],
);
