import { bigint, index, integer, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { ErrorCode } from "@/contracts/error";
import type { KeyProvider, ModelId } from "@/contracts/model-selection";
import { projectsTable } from "./projects";
import { userTable } from "./user";
import { aiProviderEnum } from "./user-ai-api-keys";

/** One row for each message sent to a provider: which purse paid, which model answered, what it took. */
export const usageEventsTable = pgTable(
  "usage_events",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    at: timestamp("at", { withTimezone: true }).notNull().defaultNow(),
    userId: text("user_id")
      .notNull()
      .references(() => userTable.id, { onDelete: "cascade" }),
    projectId: uuid("project_id").references(() => projectsTable.id, { onDelete: "set null" }),
    messageId: text("message_id"),
    keyProvider: text("key_provider").$type<KeyProvider>().notNull(),
    provider: aiProviderEnum("provider").notNull(),
    model: text("model").$type<ModelId>().notNull(),
    keyLast4: text("key_last4"),
    outcome: text("outcome").$type<"completed" | "aborted" | "failed">().notNull(),
    errorCode: text("error_code").$type<ErrorCode>(),
    /** Tokens as the provider reported them; null when it did not. */
    inputTokens: integer("input_tokens"),
    outputTokens: integer("output_tokens"),
    cachedInputTokens: integer("cached_input_tokens"),
    durationMs: integer("duration_ms").notNull(),
    cacheWriteTokens: integer("cache_write_tokens"),
    reasoningTokens: integer("reasoning_tokens"),
    /** Millionths of a US dollar; null when the price is not known. */
    costMicroUsd: bigint("cost_micro_usd", { mode: "number" }),
    costSource: text("cost_source").$type<"estimated" | "reported">(),
    firstTokenMs: integer("first_token_ms"),
  },
  (table) => [index("usage_events_user_id_at_idx").on(table.userId, table.at)],
);
