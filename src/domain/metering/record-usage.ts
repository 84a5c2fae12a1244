import "server-only";
import { INSTALLATION, personAsOwner } from "@/contracts/owner";
import { keyProviderOf } from "@/contracts/payer";
import { runStatement } from "@/lib/db/run-statement";
import { wellFormedJsonText } from "@/lib/well-formed-json";
import type { UsageContext, UsageRow } from "./usage-row";

/** The columns that are recorded, with their types. */
const COLUMNS = {
  id: "uuid",
  at: "timestamptz",
  user_id: "text",
  owner_kind: "text",
  owner_id: "text",
  project_id: "uuid",
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

const REPLACING_A_GUESS = `on conflict (id) do update set
  ${Object.keys(COLUMNS)
    .filter((name) => name !== "id")
    .map((name) => `${name} = excluded.${name}`)
    .join(", ")}
  where usage_events.duration_ms = 0 and usage_events.outcome = 'aborted' and excluded.duration_ms > 0`;

/**
 * The part of a statement that records usage, each row once, also if it is run again because it seemed to
 * fail. It takes the place of what another server recorded at least, because it thought that the run was
 * dead (such a row says that it took no time). What a person's own key paid goes with the person; what a
 * shared key paid is recorded without them too.
 *
 * @param rows the parameter of `recordingUsageValue`
 * @param person an expression for the id of who asked, if they are still there, else null
 * @param condition on `used`, without which a row is not recorded
 */
export function recordingUsage(
  rows: string,
  { person, condition = "true" }: { person: string; condition?: string },
): string {
  return `insert into usage_events (${NAMES})
    select ${NAMES} from jsonb_to_recordset(${rows}::jsonb) as used (${AS_RECORDS})
    where (used.owner_kind <> 'person' or used.owner_id = ${person}) and ${condition}
    ${REPLACING_A_GUESS}`;
}

export function recordingUsageValue(context: UsageContext, rows: readonly UsageRow[]): string {
  return wellFormedJsonText(rows.map((row) => recordOf(context, row)));
}

function recordOf(
  { userId, runId, projectId, threadId, selection }: UsageContext,
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
    project_id: projectId,
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
  ${recordingUsage("$2", { person: "(select id from owner)" })}`;

/**
 * Records what requests used and who paid, even if their project was deleted meanwhile. Once, also if it is
 * called again because it seemed to fail.
 */
export async function recordUsage(context: UsageContext, rows: readonly UsageRow[]): Promise<void> {
  if (rows.length === 0) return;
  await runStatement(RECORD, [context.userId, recordingUsageValue(context, rows)]);
}
