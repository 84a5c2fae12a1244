import { sql } from "drizzle-orm";
import { check, integer, jsonb, pgTable, smallint, timestamp } from "drizzle-orm/pg-core";

/** At most one row: the last counts of a large vault (domain/vault/counts/vault-counts.ts). */
export const vaultCountsTable = pgTable(
  "vault_counts",
  {
    id: smallint("id").primaryKey().default(1),
    counts: jsonb("counts").notNull(),
    tookMs: integer("took_ms").notNull(),
    countedAt: timestamp("counted_at", { withTimezone: true }).notNull(),
  },
  () => [check("vault_counts_one_row", sql`id = 1`)],
);
