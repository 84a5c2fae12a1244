import { index, pgTable, text, timestamp } from "drizzle-orm/pg-core";

/** Short-lived proofs such as OAuth states. Owned by Better Auth. */
export const verificationTable = pgTable(
  "verification",
  {
    id: text("id").primaryKey(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: timestamp("expires_at").notNull(),
    createdAt: timestamp("created_at").notNull().defaultNow(),
    updatedAt: timestamp("updated_at").notNull().defaultNow(),
    /** Binds who and what this row says: lib/auth/authority/row-mac.ts. */
    mac: text("mac"),
  },
  (table) => [index("verification_identifier_idx").on(table.identifier)],
);
