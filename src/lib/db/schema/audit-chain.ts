import { sql } from "drizzle-orm";
import { bigint, check, pgTable, smallint, text } from "drizzle-orm/pg-core";

/**
 * The head of the audit chain: place and MAC of the record chained last, 0 and "" before the first. One row, made by its
 * migration; locking it is what lets only one server chain at a time.
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
