import { sql } from "drizzle-orm";
import { bigint, check, integer, pgTable, text, timestamp, unique, uuid } from "drizzle-orm/pg-core";
import { usageEventsTable } from "./usage-events";

/**
 * What was learned of a request after its usage row was written, which stays as it is. A cost with its
 * correction: domain/spending/reconciliation/corrected-cost.ts.
 */
export const usageCorrectionsTable = pgTable(
  "usage_corrections",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    usageId: uuid("usage_id")
      .notNull()
      .references(() => usageEventsTable.id, { onDelete: "cascade" }),
    /** When the request was sent, as in its usage row. */
    at: timestamp("at", { withTimezone: true }).notNull(),
    source: text("source").$type<"openrouter_generation">().notNull(),
    costMicroUsd: bigint("cost_micro_usd", { mode: "number" }).notNull(),
    inputTokens: integer("input_tokens"),
    cachedInputTokens: integer("cached_input_tokens"),
    outputTokens: integer("output_tokens"),
    reasoningTokens: integer("reasoning_tokens"),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    unique("usage_corrections_once").on(table.usageId, table.source),
    check("usage_corrections_not_negative", sql`cost_micro_usd >= 0`),
  ],
);
