import "server-only";
import { INSTALLATION, personAsOwner } from "@/contracts/owner";
import { keyProviderOf } from "@/contracts/payer";
import { runStatement } from "@/lib/db/run-statement";
import { sqlStateOf } from "@/lib/db/sql-state";
import { wellFormedJsonText } from "@/lib/well-formed-json";
import type { UsageContext, UsageRow } from "./usage-row";

/** Postgres error codes: errcodes-appendix.html, class 23. */
const FOREIGN_KEY_VIOLATION = "23503";

/** The columns that are recorded, with their types, beside the project. */
const COLUMNS = {
  id: "uuid",
  at: "timestamptz",
  user_id: "text",
  owner_kind: "text",
  owner_id: "text",
  message_id: "text",
  thread_id: "uuid",
  purpose: "text",
  round: "integer",
  requests: "integer",
  key_provider: "text",
  provider: "text",
  model: "text",
  key_id: "uuid",
  key_label: "text",
  key_last4: "text",
  secret_id: "text",
  outcome: "text",
  error_code: "text",
  input_tokens: "integer",
  cached_input_tokens: "integer",
  cache_write_tokens: "integer",
  cache_write_1h_tokens: "integer",
  output_tokens: "integer",
  reasoning_tokens: "integer",
  web_searches: "integer",
  cost_micro_usd: "bigint",
  cost_source: "text",
  price: "jsonb",
  provider_request_id: "text",
  service_tier: "text",
  raw_usage: "jsonb",
  duration_ms: "integer",
  first_token_ms: "integer",
} as const;

type Column = keyof typeof COLUMNS;

const NAMES = Object.keys(COLUMNS).join(", ");
const AS_RECORDS = Object.entries(COLUMNS)
  .map(([name, type]) => `${name} ${type}`)
  .join(", ");

/**
 * The part of a statement that records usage, each row once, also if it is run again because it seemed to
 * fail. What a person's own key paid goes with the person; what a shared key paid is recorded without them
 * too.
 *
 * @param rows the parameter of `recordingUsageValue`
 * @param person and `project` are expressions for the id of who is there, else null
 * @param condition on `used`, without which a row is not recorded
 */
export function recordingUsage(
  rows: string,
  { person, project, condition = "true" }: { person: string; project: string; condition?: string },
): string {
  return `insert into usage_events (project_id, ${NAMES})
    select ${project}, ${NAMES} from jsonb_to_recordset(${rows}::jsonb) as used (${AS_RECORDS})
    where (used.owner_kind <> 'person' or used.owner_id = ${person}) and ${condition}
    on conflict do nothing`;
}

export function recordingUsageValue(context: UsageContext, rows: readonly UsageRow[]): string {
  return wellFormedJsonText(rows.map((row) => recordOf(context, row)));
}

function recordOf(
  { userId, runId, threadId, selection }: UsageContext,
  row: UsageRow,
): Record<Column, unknown> {
  const { tokens, key } = row;
  const owner = selection.payer === "platform" ? INSTALLATION : personAsOwner(userId);
  return {
    id: row.id,
    at: row.at.toISOString(),
    user_id: userId,
    owner_kind: owner.kind,
    owner_id: owner.id,
    message_id: runId,
    thread_id: threadId,
    purpose: row.purpose,
    round: row.round,
    requests: row.requests,
    key_provider: keyProviderOf(selection.payer),
    provider: selection.provider,
    model: selection.model,
    key_id: key?.id ?? null,
    key_label: key?.label ?? null,
    key_last4: key?.last4 ?? null,
    secret_id: key?.secretId ?? null,
    outcome: row.outcome,
    error_code: row.errorCode,
    input_tokens: tokens?.inputTokens ?? null,
    cached_input_tokens: tokens?.cachedInputTokens ?? null,
    cache_write_tokens: tokens?.cacheWriteTokens ?? null,
    cache_write_1h_tokens: tokens?.cacheWrite1hTokens ?? null,
    output_tokens: tokens?.outputTokens ?? null,
    reasoning_tokens: tokens?.reasoningTokens ?? null,
    web_searches: tokens?.webSearches ?? null,
    cost_micro_usd: row.cost?.microUsd ?? null,
    cost_source: row.cost?.source ?? null,
    price: row.price,
    provider_request_id: row.providerRequestId,
    service_tier: row.serviceTier,
    raw_usage: row.raw,
    duration_ms: row.durationMs,
    first_token_ms: row.firstTokenMs,
  };
}

const RECORD = `with owner as materialized (select id from "user" where id = $1 for key share)
  ${recordingUsage("$3", {
    person: "(select id from owner)",
    project: "(select id from projects where id = $2::uuid)",
  })}`;

/**
 * Records what requests used and who paid, even if their project was deleted meanwhile. Once, also if it is
 * called again because it seemed to fail.
 */
export async function recordUsage(context: UsageContext, rows: readonly UsageRow[]): Promise<void> {
  if (rows.length === 0) return;
  const values = [context.userId, context.projectId, recordingUsageValue(context, rows)];
  await runStatement(RECORD, values).catch((error: unknown) => {
    if (sqlStateOf(error) !== FOREIGN_KEY_VIOLATION) throw error;
    // The project was deleted between reading and referencing it. Read again, it is null.
    return runStatement(RECORD, values);
  });
}
