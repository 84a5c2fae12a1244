import { pgTable, text, timestamp } from "drizzle-orm/pg-core";

/**
 * Key-encryption keys that nothing needs any more. Their ids are never reused, and a server does not start
 * with one as current key.
 */
export const retiredKeyEncryptionKeysTable = pgTable("retired_key_encryption_keys", {
  id: text("id").primaryKey(),
  retiredAt: timestamp("retired_at", { withTimezone: true }).notNull().defaultNow(),
  retiredBy: text("retired_by").notNull(),
});
