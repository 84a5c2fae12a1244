import "server-only";
import { type SQL, sql } from "drizzle-orm";
import type { LimitMeasure, LimitPeriod, LimitScopeKind, LimitView } from "@/contracts/spending-limits";
import { type Database, database, type Transaction } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";

interface LimitRow {
  id: string;
  scopeKind: LimitScopeKind;
  scopeId: string;
  scopeName: string | null;
  payer: LimitView["payer"];
  measure: LimitMeasure;
  amount: number;
  period: LimitPeriod;
  timeZone: string;
  weekStart: number;
  hard: boolean;
  thresholds: number[];
  fallbackInput: number | null;
  fallbackOutput: number | null;
  startsAt: string;
  endsAt: string | null;
  spent: number;
  reserved: number;
  raised: number;
}

/**
 * Limits with what their running windows have used.
 *
 * @param which a condition on `l`, a row of `limits`
 * @param subject whose window of a limit for each person; null for none
 */
export async function readLimits(
  which: SQL,
  subject: string | null,
  db?: Database | Transaction,
): Promise<LimitView[]> {
  const rows = await rowsOf<LimitRow>(
    db ?? (await database()),
    sql`select l.id, l.scope_kind as "scopeKind", l.scope_id as "scopeId", l.payer, l.measure, l.amount::float8 as amount, l.period,
      l.time_zone as "timeZone", l.week_start as "weekStart", l.hard, to_json(l.thresholds) as thresholds,
      l.fallback_input::float8 as "fallbackInput", l.fallback_output::float8 as "fallbackOutput",
      case l.scope_kind when 'person' then (select name from "user" where "user".id = l.scope_id)
        when 'key' then (select coalesce(nullif(k.label, ''), k.provider) || ' (…' || k.last4 || ')' from user_ai_api_keys k where k.id::text = l.scope_id and k.user_id = l.owner_id) end as "scopeName",
      to_char(b.starts_at at time zone 'UTC', ${ISO}) as "startsAt", to_char(b.ends_at at time zone 'UTC', ${ISO}) as "endsAt",
      coalesce(w.spent, 0)::float8 as spent, coalesce(w.reserved, 0)::float8 as reserved, coalesce(w.raised, 0)::float8 as raised
    from limits l
    cross join lateral limit_window(l.period, l.time_zone, l.week_start, now()) b
    left join limit_windows w on w.limit_id = l.id and w.starts_at = b.starts_at
      and w.subject = case l.scope_kind when 'each_person' then ${subject}::text else '' end
    where ${which} order by l.created_at, l.id`,
  );
  return rows.map((row) => viewOf(row, subject));
}

const ISO = `YYYY-MM-DD"T"HH24:MI:SS"Z"`;

function viewOf(row: LimitRow, subject: string | null): LimitView {
  const { id, scopeKind, scopeId, scopeName, fallbackInput, fallbackOutput, ...rest } = row;
  const { startsAt, endsAt, spent, reserved, raised, ...rules } = rest;
  const isOfNobody = scopeKind === "each_person" && subject === null;
  return {
    id,
    ...rules,
    scope: { kind: scopeKind, id: scopeId || null, name: scopeName },
    fallbackPrice:
      fallbackInput === null || fallbackOutput === null
        ? null
        : { input: fallbackInput, output: fallbackOutput },
    window: isOfNobody ? null : { startsAt, endsAt, spent, reserved, raised },
  };
}
