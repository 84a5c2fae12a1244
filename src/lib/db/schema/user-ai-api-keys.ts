import { index, pgEnum, pgTable, text, timestamp, unique, uuid } from "drizzle-orm/pg-core";
import { AI_PROVIDERS } from "@/contracts/ai-provider";
import { userTable } from "./user";

export const aiProviderEnum = pgEnum("ai_provider", AI_PROVIDERS);

/** One provider key of one person. Only `domain/key-vault` reads or writes `api_key`. */
export const userAiApiKeysTable = pgTable(
  "user_ai_api_keys",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: text("user_id")
      .notNull()
      .references(() => userTable.id, { onDelete: "cascade" }),
    provider: aiProviderEnum("provider").notNull(),
    /** Sealed (lib/encryption): bound to this table, column, user and provider. */
    apiKey: text("api_key").notNull(),
    /** Last four characters of the key, so that lists never open it. */
    last4: text("last4").notNull(),
    /** Keyed fingerprint: tells whether a pasted key is the saved one, without opening it, until the data keys are rotated. */
    fingerprint: text("fingerprint").notNull(),
    /** Set when the sealed value could not be opened; cleared by saving the key again. */
    unreadableSince: timestamp("unreadable_since", { withTimezone: true }),
    lastUsedAt: timestamp("last_used_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    unique("user_ai_api_keys_user_provider_unique").on(table.userId, table.provider),
    index("user_ai_api_keys_user_id_idx").on(table.userId),
  ],
);
