import { index, integer, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { userTable } from "./user";

/** Runs in progress of each person, numbered from 1: the parallel runs of all servers together. */
export const runSlotsTable = pgTable(
  "run_slots",
  {
    userId: text("user_id")
      .notNull()
      .references(() => userTable.id, { onDelete: "cascade" }),
    slot: integer("slot").notNull(),
    runId: uuid("run_id").notNull(),
    /** Its server prolongs it while the run goes on. */
    expiresAt: timestamp("expires_at", { withTimezone: true }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.slot] }),
    index("run_slots_run_id_idx").on(table.runId),
  ],
);
