import { sql } from "drizzle-orm";
import { bigint, check, pgTable, smallint, text } from "drizzle-orm/pg-core";

/**
 * The head of the audit chain: place and MAC of the last chained record, 0 and "" before the first. One row,
 * created by its migration; locking it ensures that only one server chains at a time.
 */
export const auditChainTable = pgTable(
  "audit_chain",
  {
    id: smallint("id").primaryKey().default(1),
    seq: bigint("seq", { mode: "bigint" }).notNull(),
    mac: text("mac").notNull(),
  },
  (table) => [check("audit_chain_one_row", sql`${table.id} = 1`)],
);
