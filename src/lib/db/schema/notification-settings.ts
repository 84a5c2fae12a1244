import { boolean, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { NotificationKind } from "@/contracts/notification-kind";
import type { NotificationChannel } from "@/contracts/notifications";
import { userTable } from "./user";

/** What a person does not want to be told of, and where. What has no row is on. */
export const notificationSettingsTable = pgTable(
  "notification_settings",
  {
    userId: text("user_id")
      .notNull()
      .references(() => userTable.id, { onDelete: "cascade" }),
    kind: text("kind").$type<NotificationKind>().notNull(),
    channel: text("channel").$type<NotificationChannel>().notNull(),
    isOn: boolean("is_on").notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.kind, table.channel] })],
);
