import { index, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** What is held of limits for a request in progress. A row, so that what leaks is seen and heals. */
export const reservationsTable = pgTable(
  "reservations",
  {
    /** Also the id of the request's row in `usage_events`, whose insertion settles it. */
    id: uuid("id").primaryKey(),
    /** While this run lives, it is held. */
    runId: uuid("run_id"),
    serverId: uuid("server_id"),
    /** `[{ limit, subject, startsAt, amount }]` */
    holds: jsonb("holds").notNull(),
    /** What is recorded if its server dies: the request at the cost of its input. */
    floor: jsonb("floor").notNull(),
    heldUntil: timestamp("held_until", { withTimezone: true }).notNull(),
    state: text("state").$type<"held" | "settled" | "released">().notNull().default("held"),
  },
  (table) => [index("reservations_held_until_idx").on(table.heldUntil)],
);
