import { sql } from "drizzle-orm";
import { bigint, index, integer, pgTable, text, timestamp, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { projectsTable } from "./projects";

export const threadsTable = pgTable(
  "threads",
  {
    /** Made by the browser, so a first message needs no round trip before it; see publicId. */
    id: uuid("id").primaryKey(),
    /**
     * The id the browser made, if a thread of another project has it already: nobody learns that from an
     * answer. Null if it is `id`.
     */
    publicId: uuid("public_id"),
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
  (table) => [
    index("threads_project_id_updated_at_idx").on(table.projectId, table.updatedAt),
    uniqueIndex("threads_project_id_public_id_idx").on(table.projectId, sql`coalesce("public_id", "id")`),
  ],
);
