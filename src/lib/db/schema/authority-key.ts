import { sql } from "drizzle-orm";
import { check, pgTable, smallint, text } from "drizzle-orm/pg-core";

/** At most one row: the key of the MACs on accounts, encrypted twice (lib/auth/authority/key-envelope.ts). */
export const authorityKeyTable = pgTable(
  "authority_key",
  {
    id: smallint("id").primaryKey().default(1),
    /** Under a key derived from BETTER_AUTH_SECRET. */
    underSecret: text("under_secret").notNull(),
    /** Under a key derived from a data key of the system; null until the key store has answered once. */
    underVault: text("under_vault"),
    /** That data key. A rotation keeps it as long as it is named here. */
    dataKeyId: text("data_key_id"),
  },
  () => [check("authority_key_one_row", sql`id = 1`)],
);
