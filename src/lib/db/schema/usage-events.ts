import { bigint, index, integer, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { ErrorCode } from "@/contracts/error";
import type { ModelId } from "@/contracts/model-selection";
import type { ModelPrice } from "@/contracts/models";
import type { OwnerKind } from "@/contracts/owner";
import type { KeyProvider } from "@/contracts/payer";
import type { ProviderId } from "@/contracts/provider";
import type { CostSource, UsagePurpose } from "@/contracts/usage";
import { projectsTable } from "./projects";

/**
 * One row for each request to a provider: who paid, which model answered, what it used. Rows from before
 * this was so are one for each message: their `round` is null and `requests` counts. Written once, never
 * changed.
 */
export const usageEventsTable = pgTable(
  "usage_events",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    at: timestamp("at", { withTimezone: true }).notNull().defaultNow(),
    /** Who asked. An opaque id without a foreign key: what a shared key paid outlives the person. */
    userId: text("user_id").notNull(),
    /** Whose key paid. Of an installation it is the platform's. */
    ownerKind: text("owner_kind").$type<OwnerKind>().notNull(),
    ownerId: text("owner_id").notNull(),
    projectId: uuid("project_id").references(() => projectsTable.id, { onDelete: "set null" }),
    /** The run's id, which is also its answer's. */
    messageId: text("message_id"),
    purpose: text("purpose").$type<UsagePurpose>().notNull().default("chat"),
    /** Place among the requests of its run, from 0. */
    round: integer("round"),
    keyProvider: text("key_provider").$type<KeyProvider>().notNull(),
    provider: text("provider").$type<ProviderId>().notNull(),
    model: text("model").$type<ModelId>().notNull(),
    keyLast4: text("key_last4"),
    outcome: text("outcome").$type<"completed" | "aborted" | "failed">().notNull(),
    errorCode: text("error_code").$type<ErrorCode>(),
    /**
     * Tokens as the provider reported them. Where it did not, at least what was seen (then `raw_usage` is
     * null, or says less); null of rows from before, and of a request that was refused.
     */
    inputTokens: integer("input_tokens"),
    outputTokens: integer("output_tokens"),
    cachedInputTokens: integer("cached_input_tokens"),
    /** Of the request; of rows from before, of the whole message. So is the next. */
    durationMs: integer("duration_ms").notNull(),
    cacheWriteTokens: integer("cache_write_tokens"),
    reasoningTokens: integer("reasoning_tokens"),
    /** Millionths of a US dollar; null when the price is not known. */
    costMicroUsd: bigint("cost_micro_usd", { mode: "number" }),
    costSource: text("cost_source").$type<CostSource>(),
    firstTokenMs: integer("first_token_ms"),
    /** Name of the personal key that paid, at that time; kept when the key is deleted. */
    keyId: uuid("key_id"),
    keyLabel: text("key_label"),
    threadId: uuid("thread_id"),
    /** Of rows from before: the requests of the message. Else 1. */
    requests: integer("requests"),
    /** The secret of the key that paid; names no secret. */
    secretId: text("secret_id"),
    providerRequestId: text("provider_request_id"),
    /** Of the tokens written to the cache, those kept for an hour. */
    cacheWrite1hTokens: integer("cache_write_1h_tokens"),
    webSearches: integer("web_searches"),
    serviceTier: text("service_tier"),
    /** The provider's own report, at most 2 KB of it. */
    rawUsage: jsonb("raw_usage"),
    /** Prices used for the estimate, and their source. Of rows from before, those of the largest request. */
    price: jsonb("price").$type<ModelPrice & { source: string }>(),
  },
  (table) => [
    index("usage_events_user_id_at_idx").on(table.userId, table.at),
    index("usage_events_owner_at_idx").on(table.ownerKind, table.ownerId, table.at),
    index("usage_events_key_id_at_idx").on(table.keyId, table.at),
    index("usage_events_message_id_idx").on(table.messageId),
  ],
);
