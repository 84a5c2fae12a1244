import { integer, pgTable, timestamp, uuid } from "drizzle-orm/pg-core";
import { usageEventsTable } from "./usage-events";

/** Requests that a provider did not know yet, or does not know: asked again later, a few times. */
export const correctionAttemptsTable = pgTable("correction_attempts", {
  usageId: uuid("usage_id")
    .primaryKey()
    .references(() => usageEventsTable.id, { onDelete: "cascade" }),
  attempts: integer("attempts").notNull().default(1),
  nextAt: timestamp("next_at", { withTimezone: true }).notNull(),
});
