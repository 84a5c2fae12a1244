import { bigint, index, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { userTable } from "./user";

export const projectsTable = pgTable(
  "projects",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: text("user_id")
      .notNull()
      .references(() => userTable.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    /** Triggers count what its files and its threads' messages hold (migration 0024). */
    fileBytes: bigint("file_bytes", { mode: "number" }).notNull().default(0),
    messageBytes: bigint("message_bytes", { mode: "number" }).notNull().default(0),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index("projects_user_id_updated_at_idx").on(table.userId, table.updatedAt)],
);
