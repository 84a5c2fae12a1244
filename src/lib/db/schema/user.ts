import { boolean, pgTable, text, timestamp } from "drizzle-orm/pg-core";

/** A person. Owned by Better Auth; this is the plan's `users_sync`. */
export const userTable = pgTable("user", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  email: text("email").notNull().unique(),
  emailVerified: boolean("email_verified").notNull().default(false),
  image: text("image"),
  createdAt: timestamp("created_at").notNull().defaultNow(),
  updatedAt: timestamp("updated_at").notNull().defaultNow(),
  /** Whether there was no other account before. The person operates the installation, if nobody is named. */
  isFirst: boolean("is_first").notNull().default(false),
  /** Binds who and what this row says: lib/auth/authority/row-mac.ts. */
  mac: text("mac"),
});
