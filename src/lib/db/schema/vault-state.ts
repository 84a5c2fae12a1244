import { sql } from "drizzle-orm";
import { bigint, check, pgTable, smallint, text } from "drizzle-orm/pg-core";

/** One row: state of the whole vault. */
export const vaultStateTable = pgTable(
  "vault_state",
  {
    id: smallint("id").primaryKey().default(1),
    /**
     * Incremented when a rotation of the data keys starts; keys of an earlier generation seal nothing new.
     */
    dataKeyGeneration: bigint("data_key_generation", { mode: "number" }).notNull().default(0),
    /**
     * The person who made the first account, set by a trigger at the first insert; kept when the account is
     * gone.
     */
    firstAccountId: text("first_account_id"),
    /** The value of the sequence `freed_secrets` up to which deleted secrets were erased from the files. */
    erasedThrough: bigint("erased_through", { mode: "number" }).notNull().default(0),
  },
  () => [check("vault_state_one_row", sql`id = 1`)],
);
