import { pgTable, text, timestamp } from "drizzle-orm/pg-core";

/** Key pairs that sign the bearer tokens of the agent route; private halves are encrypted by Better Auth. */
export const jwksTable = pgTable("jwks", {
  id: text("id").primaryKey(),
  publicKey: text("public_key").notNull(),
  privateKey: text("private_key").notNull(),
  alg: text("alg"),
  crv: text("crv"),
  createdAt: timestamp("created_at").notNull(),
  expiresAt: timestamp("expires_at"),
  /** Binds who and what this row says: lib/auth/authority/row-mac.ts. */
  mac: text("mac"),
});
