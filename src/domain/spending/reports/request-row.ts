import { type SQL, sql } from "drizzle-orm";
import type { UsageRequestDetail, UsageRequestSummary } from "@/contracts/usage-report";
import type { UsageScope } from "./usage-scope";

/** A row of `usage_events` with the names of what it refers to. */
export interface RequestRow extends Omit<UsageRequestSummary, "at" | "payer" | "key" | "project" | "person"> {
  /** Milliseconds. */
  at: number;
  ownerKind: string;
  keyId: string | null;
  keyLabel: string | null;
  keyLast4: string | null;
  projectId: string | null;
  projectName: string | null;
  userId: string;
  userName: string | null;
}

/** Named, so that the columns of a list are those of one request. */
export const REQUEST_COLUMNS = sql`e.id::text as id, (extract(epoch from e.at) * 1000)::float8 as at, e.provider, e.model, e.owner_kind as "ownerKind",
  e.key_id::text as "keyId", e.key_label as "keyLabel", e.key_last4 as "keyLast4",
  e.project_id::text as "projectId", p.name as "projectName", e.user_id as "userId", u.name as "userName",
  e.purpose, e.outcome, coalesce(e.requests, 1) as requests,
  coalesce(e.input_tokens, 0) as "inputTokens", coalesce(e.cached_input_tokens, 0) as "cachedInputTokens",
  coalesce(e.cache_write_tokens, 0) as "cacheWriteTokens", coalesce(e.output_tokens, 0) as "outputTokens",
  coalesce(e.reasoning_tokens, 0) as "reasoningTokens",
  coalesce(e.cost_micro_usd, 0)::float8 as "costMicroUsd",
  case when e.cost_micro_usd is not null then coalesce(e.cost_source, 'estimated') end as "costSource"`;

/** @param events the rows, as a table */
export function withNames(events: SQL, scope: UsageScope): SQL {
  const isMine = scope.kind === "person" ? sql`p.user_id = ${scope.userId}` : sql`false`;
  return sql`${events} as e
    left join projects p on p.id = e.project_id and ${isMine}
    left join "user" u on u.id = e.user_id`;
}

export function toSummary(row: RequestRow, scope: UsageScope): UsageRequestSummary {
  const { at, ownerKind, keyId, keyLabel, keyLast4, projectId, projectName, userId, userName, ...rest } = row;
  const isPlatform = ownerKind === "installation";
  const forOperators = scope.kind === "installation";
  return {
    ...rest,
    at: new Date(at).toISOString(),
    payer: isPlatform ? "platform" : ownerKind,
    key: isPlatform ? null : { id: keyId, label: keyLabel ?? "", last4: keyLast4 },
    project:
      forOperators || projectId === null
        ? null
        : { id: projectId, name: projectName ?? "Deleted project", isDeleted: projectName === null },
    person: forOperators
      ? { id: userId, name: userName ?? "Deleted account", isDeleted: userName === null }
      : null,
  };
}

export type DetailRow = RequestRow & Omit<UsageRequestDetail, keyof UsageRequestSummary>;
