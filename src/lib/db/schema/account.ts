import { index, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { userTable } from "./user";

/** A sign-in method: a password hash, or an OAuth account. Owned by Better Auth. */
export const accountTable = pgTable(
  "account",
  {
    id: text("id").primaryKey(),
    accountId: text("account_id").notNull(),
    providerId: text("provider_id").notNull(),
    userId: text("user_id")
      .notNull()
      .references(() => userTable.id, { onDelete: "cascade" }),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: timestamp("access_token_expires_at"),
    refreshTokenExpiresAt: timestamp("refresh_token_expires_at"),
    scope: text("scope"),
    password: text("password"),
    createdAt: timestamp("created_at").notNull().defaultNow(),
    updatedAt: timestamp("updated_at").notNull().defaultNow(),
    /** Binds who and what this row says: lib/auth/authority/row-mac.ts. */
    mac: text("mac"),
  },
  (table) => [index("account_user_id_idx").on(table.userId)],
);
