import { sql } from "drizzle-orm";
import { check, index, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { userTable } from "./user";

/**
 * One-time links that an operator makes and passes on: an invitation to make an account, or to set a new
 * password. The token is in the link only; here is its SHA-256.
 */
export const accountLinksTable = pgTable(
  "account_links",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    kind: text("kind").$type<"invitation" | "password_reset">().notNull(),
    tokenHash: text("token_hash").notNull().unique(),
    /** Whose password may be set. */
    userId: text("user_id").references(() => userTable.id, { onDelete: "cascade" }),
    /** The only address an invitation is for, in lower case; null for anybody's. */
    email: text("email"),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    expiresAt: timestamp("expires_at", { withTimezone: true }).notNull(),
    usedAt: timestamp("used_at", { withTimezone: true }),
    /** Whose account came of it: the row goes with it, and the address an invitation was for. */
    usedBy: text("used_by").references(() => userTable.id, { onDelete: "cascade" }),
    revokedAt: timestamp("revoked_at", { withTimezone: true }),
    /** HMAC-SHA256 over what the link grants, under a key derived from the server's secret. */
    mac: text("mac").notNull(),
  },
  (table) => [
    index("account_links_user_id_idx").on(table.userId),
    index("account_links_used_by_idx").on(table.usedBy),
    index("account_links_kind_created_at_idx").on(table.kind, table.createdAt),
    check(
      "account_links_kind",
      sql`(kind = 'invitation' and user_id is null) or (kind = 'password_reset' and user_id is not null and email is null)`,
    ),
  ],
);
