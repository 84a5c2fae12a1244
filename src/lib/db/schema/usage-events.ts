import { bigint, index, integer, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { ErrorCode } from "@/contracts/error";
import type { ModelId } from "@/contracts/model-selection";
import type { ModelPrice } from "@/contracts/models";
import type { KeyProvider } from "@/contracts/payer";
import type { ProviderId } from "@/contracts/provider";
import { projectsTable } from "./projects";
import { userTable } from "./user";

/** One row for each message sent to a provider: who paid, which model answered, what it used. */
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
    provider: text("provider").$type<ProviderId>().notNull(),
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
    /** Name of the personal key that paid, at that time; kept when the key is deleted. */
    keyId: uuid("key_id"),
    keyLabel: text("key_label"),
    threadId: uuid("thread_id"),
    /** Requests to the provider: one for the answer and one for each round of tools. */
    requests: integer("requests"),
    /**
     * Prices used for the estimate (of the largest request, where they depend on its size), and their
     * source.
     */
    price: jsonb("price").$type<ModelPrice & { source: string }>(),
  },
  (table) => [
    index("usage_events_user_id_at_idx").on(table.userId, table.at),
    index("usage_events_key_id_at_idx").on(table.keyId, table.at),
    index("usage_events_message_id_idx").on(table.messageId),
  ],
);
