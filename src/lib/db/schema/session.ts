import { index, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { userTable } from "./user";

/** One signed-in browser. Owned by Better Auth. */
export const sessionTable = pgTable(
  "session",
  {
    id: text("id").primaryKey(),
    token: text("token").notNull().unique(),
    userId: text("user_id")
      .notNull()
      .references(() => userTable.id, { onDelete: "cascade" }),
    expiresAt: timestamp("expires_at").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    createdAt: timestamp("created_at").notNull().defaultNow(),
    updatedAt: timestamp("updated_at").notNull().defaultNow(),
    /** Binds who and what this row says: lib/auth/authority/row-mac.ts. */
    mac: text("mac"),
  },
  (table) => [index("session_user_id_idx").on(table.userId)],
);
