import { boolean, integer, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** Answers on their way to viewers at other servers, as lines of an event stream. Removed after their end. */
export const runChunksTable = pgTable(
  "run_chunks",
  {
    runId: uuid("run_id").notNull(),
    seq: integer("seq").notNull(),
    events: text("events").notNull(),
    isLast: boolean("is_last").notNull().default(false),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.seq] })],
);
