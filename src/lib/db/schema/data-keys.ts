import { sql } from "drizzle-orm";
import { bigint, check, index, pgEnum, pgTable, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";

export const dataKeyStateEnum = pgEnum("data_key_state", ["active", "decrypt_only", "destroyed"]);

/**
 * One data key of one owner: it seals the owner's values. Only `domain/vault/data-keys` and
 * `domain/vault/rotation` touch it.
 */
export const dataKeysTable = pgTable(
  "data_keys",
  {
    /** Derived from the key itself (lib/encryption/data-key.ts); part of every value it seals. */
    id: text("id").primaryKey(),
    ownerKind: text("owner_kind").$type<"user" | "project" | "system" | "reconcile">().notNull(),
    /** No foreign key: the row of a destroyed key outlives its owner. */
    ownerId: text("owner_id").notNull(),
    state: dataKeyStateEnum("state").notNull().default("active"),
    /** `orcw1.<key-encryption key id>.…`; null once destroyed. */
    wrapped: text("wrapped"),
    keyEncryptionKeyId: text("key_encryption_key_id").generatedAlwaysAs(sql`split_part(wrapped, '.', 2)`),
    /** How many values it has sealed: the nonce budget of NIST SP 800-38D, 8.3. */
    seals: bigint("seals", { mode: "number" }).notNull().default(0),
    /** The generation of `vault_state` when it was made: a number, because a clock may go backwards. */
    generation: bigint("generation", { mode: "number" }).notNull().default(0),
    /** Set when the key could not be unwrapped though its key store answered. */
    unreadableSince: timestamp("unreadable_since", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    retiredAt: timestamp("retired_at", { withTimezone: true }),
    destroyedAt: timestamp("destroyed_at", { withTimezone: true }),
  },
  (table) => [
    uniqueIndex("data_keys_one_active_per_owner")
      .on(table.ownerKind, table.ownerId)
      .where(sql`state = 'active'`),
    // Together with the one above, all keys of an owner that are not destroyed; a new key is in one of them
    // only.
    index("data_keys_retired_of_owner_idx")
      .on(table.ownerKind, table.ownerId)
      .where(sql`state = 'decrypt_only'`),
    check("data_keys_destroyed_without_key", sql`(state = 'destroyed') = (wrapped is null)`),
  ],
);
