import "server-only";
import type { ChatMessageMetadata } from "@/contracts/chat";
import type { ErrorCode } from "@/contracts/error";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelPrice } from "@/contracts/models";
import { INSTALLATION, personAsOwner } from "@/contracts/owner";
import { keyProviderOf } from "@/contracts/payer";
import type { Actor } from "@/domain/identity/actor";
import type { PersonalKey } from "@/domain/keys/find-paying-key";
import { runStatement } from "@/lib/db/run-statement";
import { sqlStateOf } from "@/lib/db/sql-state";

/** Postgres error codes: errcodes-appendix.html, class 23. */
const FOREIGN_KEY_VIOLATION = "23503";

export interface UsageRecord {
  projectId: string;
  /** A UUID: also the id of the record. */
  messageId: string;
  threadId?: string | undefined;
  selection: ModelSelection;
  /** The personal key that paid; null for the platform's. */
  key: Pick<PersonalKey, "id" | "label" | "last4"> | null;
  outcome: "completed" | "aborted" | "failed";
  errorCode?: ErrorCode | undefined;
  /** Requests sent to the provider, including refused ones. */
  requests: number;
  /** Tokens as reported by the provider, if it did. */
  tokens?: ChatMessageMetadata["usage"];
  cost?: ChatMessageMetadata["cost"];
  /**
   * The prices used for the estimate; those of the largest request if a model costs more above a number of
   * tokens.
   */
  price: (ModelPrice & { source: string }) | null;
  durationMs: number;
  firstTokenMs: number | null;
}

/** The columns that are recorded, with their types, beside the project. */
const COLUMNS = {
  id: "uuid",
  message_id: "text",
  key_provider: "text",
  owner_kind: "text",
  owner_id: "text",
  provider: "text",
  model: "text",
  key_id: "uuid",
  key_label: "text",
  key_last4: "text",
  thread_id: "uuid",
  requests: "integer",
  outcome: "text",
  error_code: "text",
  input_tokens: "integer",
  output_tokens: "integer",
  cached_input_tokens: "integer",
  cache_write_tokens: "integer",
  reasoning_tokens: "integer",
  cost_micro_usd: "bigint",
  cost_source: "text",
  price: "jsonb",
  duration_ms: "integer",
  first_token_ms: "integer",
} as const;

/**
 * The part of a statement that records usage, once, also if it is run again because it seemed to fail.
 *
 * @param first number of the first parameter of those in `recordingUsageValues`
 * @param person and `project` are expressions; without a person nothing is recorded
 */
export function recordingUsage(
  first: number,
  { person, project }: { person: string; project: string },
): string {
  const values = Object.values(COLUMNS).map((type, index) => `$${first + index}::${type}`);
  return `insert into usage_events (user_id, project_id, ${Object.keys(COLUMNS).join(", ")})
    select "user".id, ${project}, ${values.join(", ")} from "user" where "user".id = ${person}
    on conflict do nothing`;
}

export const RECORDING_USAGE_VALUES = Object.keys(COLUMNS).length;

export function recordingUsageValues(userId: string, record: UsageRecord): unknown[] {
  const { selection, key, tokens, cost, price } = record;
  const owner = selection.payer === "platform" ? INSTALLATION : personAsOwner(userId);
  const values: Record<keyof typeof COLUMNS, string | number | null | undefined> = {
    id: record.messageId,
    message_id: record.messageId,
    key_provider: keyProviderOf(selection.payer),
    owner_kind: owner.kind,
    owner_id: owner.id,
    provider: selection.provider,
    model: selection.model,
    key_id: key?.id,
    key_label: key?.label,
    key_last4: key?.last4,
    thread_id: record.threadId,
    requests: record.requests,
    outcome: record.outcome,
    error_code: record.errorCode,
    input_tokens: tokens?.inputTokens,
    output_tokens: tokens?.outputTokens,
    cached_input_tokens: tokens?.cachedInputTokens,
    cache_write_tokens: tokens?.cacheWriteTokens,
    reasoning_tokens: tokens?.reasoningTokens,
    cost_micro_usd: cost?.microUsd,
    cost_source: cost?.source,
    price: price && JSON.stringify(price),
    duration_ms: record.durationMs,
    first_token_ms: record.firstTokenMs,
  };
  return Object.keys(COLUMNS).map((name) => values[name as keyof typeof COLUMNS] ?? null);
}

const RECORD = recordingUsage(3, {
  person: "$1",
  project: "(select id from projects where id = $2::uuid)",
});

/**
 * Records what one message used and who paid, even if its project was deleted meanwhile. Once, also if it is
 * called again because it seemed to fail.
 */
export async function recordUsage({ userId }: Actor, record: UsageRecord): Promise<void> {
  const values = [userId, record.projectId, ...recordingUsageValues(userId, record)];
  await runStatement(RECORD, values).catch((error: unknown) => {
    if (sqlStateOf(error) !== FOREIGN_KEY_VIOLATION) throw error;
    // The project was deleted between reading and referencing it. Read again, it is null.
    return runStatement(RECORD, values);
  });
}
