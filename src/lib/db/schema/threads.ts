import { bigint, index, integer, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { projectsTable } from "./projects";

export const threadsTable = pgTable(
  "threads",
  {
    /** Made by the browser, so a first message needs no round trip before it. */
    id: uuid("id").primaryKey(),
    projectId: uuid("project_id")
      .notNull()
      .references(() => projectsTable.id, { onDelete: "cascade" }),
    title: text("title").notNull(),
    /** Triggers count its messages (migration 0024). */
    messageCount: integer("message_count").notNull().default(0),
    messageBytes: bigint("message_bytes", { mode: "number" }).notNull().default(0),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index("threads_project_id_updated_at_idx").on(table.projectId, table.updatedAt)],
);
