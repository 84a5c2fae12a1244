import { bigint, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** What was used of a limit in one period. Only functions of the database write it. */
export const limitWindowsTable = pgTable(
  "limit_windows",
  {
    limitId: uuid("limit_id").notNull(),
    /** Of a limit for each person, whose; else empty. */
    subject: text("subject").notNull().default(""),
    startsAt: timestamp("starts_at", { withTimezone: true }).notNull(),
    /** Null if it never ends. */
    endsAt: timestamp("ends_at", { withTimezone: true }),
    spent: bigint("spent", { mode: "number" }).notNull().default(0),
    /** Held for requests in progress. */
    reserved: bigint("reserved", { mode: "number" }).notNull().default(0),
    /** What this period has beside the limit's amount. */
    raised: bigint("raised", { mode: "number" }).notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.limitId, table.subject, table.startsAt] })],
);
