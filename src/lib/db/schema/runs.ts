import {
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { userTable } from "./user";

/** Runs in progress, on all servers together. Those of a person are numbered from 1: their slots. */
export const runsTable = pgTable(
  "runs",
  {
    userId: text("user_id")
      .notNull()
      .references(() => userTable.id, { onDelete: "cascade" }),
    slot: integer("slot").notNull(),
    /** Also the id of the answer's message. */
    runId: uuid("run_id").notNull(),
    /** Where it answers. The thread by the id its project knows; null if the answer is kept nowhere. */
    projectId: uuid("project_id"),
    threadId: uuid("thread_id"),
    /** The message it answers. */
    questionId: text("question_id"),
    /** The process that runs it. */
    serverId: uuid("server_id"),
    /** Its server holds an advisory lock (elsewhere/run-channel.ts): without that lock the server is dead. */
    hasLock: boolean("has_lock").notNull().default(false),
    /** Goes on with nobody watching. */
    keepWorking: boolean("keep_working").notNull().default(false),
    /** Asked for at another server. */
    stopRequested: boolean("stop_requested").notNull().default(false),
    /** Somebody watches at another server, which prolongs it. */
    watchedUntil: timestamp("watched_until", { withTimezone: true }),
    /** Who pays for its requests, for whoever records them if its server dies (runs/paying-of-run.ts). */
    paying: jsonb("paying"),
    /** Its server prolongs it while the run goes on. */
    expiresAt: timestamp("expires_at", { withTimezone: true }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.slot] }),
    uniqueIndex("runs_run_id_idx").on(table.runId),
    uniqueIndex("runs_project_id_thread_id_idx").on(table.projectId, table.threadId),
    index("runs_server_id_idx").on(table.serverId),
  ],
);
