import { sql } from "drizzle-orm";
import { check, pgTable, smallint, text, timestamp } from "drizzle-orm/pg-core";

/** One row: what holds for the whole vault. */
export const vaultStateTable = pgTable(
  "vault_state",
  {
    id: smallint("id").primaryKey().default(1),
    /** Data keys made before this moment seal nothing new: a rotation of the data keys was started then. */
    dataKeysNotBefore: timestamp("data_keys_not_before", { withTimezone: true }),
    /** Who made the first account, set by a trigger at the first insert; stays when the account is gone. */
    firstAccountId: text("first_account_id"),
  },
  () => [check("vault_state_one_row", sql`id = 1`)],
);
