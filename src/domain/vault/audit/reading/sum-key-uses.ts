import "server-only";
import { sql } from "drizzle-orm";
import type { AuditFilter, AuditUsesEntry } from "@/contracts/audit-log";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { type AuditPlace, IS_USE, isAbout } from "./audit-window";

/** Days of one page: with the most that is counted of each, some tens of milliseconds. */
const DAYS_AT_ONCE = 14;
/** Uses of a day that are counted; beyond them, a count is the least there were. */
const COUNTED_A_DAY = 1_000;

export interface SummedDays {
  uses: AuditUsesEntry[];
  /** Beginning of the last day that was looked at; null if there are no more days. */
  more: string | null;
}

interface SummedRow {
  from: string;
  to: string;
  objectId: string | null;
  purpose: string | null;
  count: number;
  lastAt: string;
  isCapped: boolean;
}

/** A moment as ISO text. @param moment an expression */
function iso(moment: string) {
  return sql.raw(`to_char(${moment} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`);
}

/**
 * How often a person's keys were opened for them, by day, key and purpose, the newest day first. A day has
 * its place at its beginning: what is used meanwhile changes counts, and moves nothing to another page.
 *
 * @param before days that begin after it were shown; without an id, those that begin at it too
 * @param floor days that begin before it are not asked for
 */
export async function sumKeyUses(
  actor: Actor,
  filter: AuditFilter,
  timeZone: string,
  before: AuditPlace | null,
  floor: string | null,
): Promise<SummedDays> {
  const me = sql`${actor.userId}::text`;
  const zone = sql`${timeZone}::text`;
  const isAsked = filter.object === undefined ? sql`true` : isAbout(sql`${filter.object}::text`);
  const from = sql`${filter.from ?? "2000-01-01T00:00:00Z"}::timestamptz`;
  const to = sql`${filter.to ?? "3000-01-01T00:00:00Z"}::timestamptz`;
  const nextDay = (day: ReturnType<typeof sql>) =>
    sql`((${day} at time zone ${zone} + interval '1 day') at time zone ${zone})`;
  const lowest = sql`${floor ?? "1999-12-30T00:00:00Z"}::timestamptz`;
  const end =
    before === null
      ? to
      : before.id === null
        ? sql`least(${to}, ${before.at}::timestamptz)`
        : sql`least(${to}, ${nextDay(sql`date_trunc('day', ${before.at}::timestamptz, ${zone})`)})`;
  // The day of the latest use before a moment: one step in the index.
  const dayBefore = (moment: ReturnType<typeof sql>) => sql`(
    select date_trunc('day', e.at, ${zone}) as day from audit_events e
    where e.actor_id = ${me} and ${IS_USE} and ${isAsked} and e.at >= ${from} and e.at < ${moment}
    order by e.at desc limit 1)`;
  const rows = await rowsOf<SummedRow>(
    await database(),
    sql`with recursive days (day, number) as (
        (select f.day, 1 from ${dayBefore(end)} f)
        union all
        select n.day, d.number + 1 from days d cross join lateral ${dayBefore(sql`d.day`)} n
          where d.number < ${DAYS_AT_ONCE} and d.day >= ${lowest}
      )
      select ${iso("d.day")} as "from", ${iso("d.next")} as "to", u.object_id as "objectId", u.purpose,
        u.count, ${iso("u.last")} as "lastAt", u.total >= ${COUNTED_A_DAY} as "isCapped"
      from (select day, ${nextDay(sql`day`)} as next from days where day >= ${lowest}) d cross join lateral (
        select object_id, purpose, count(*)::int as count, max(at) as last, sum(count(*)) over () as total from (
          select e.object_id, e.detail ->> 'purpose' as purpose, e.at from audit_events e
          where e.actor_id = ${me} and ${IS_USE} and ${isAsked}
            and e.at >= greatest(d.day, ${from}) and e.at < least(d.next, ${to})
          order by e.at desc limit ${COUNTED_A_DAY}
        ) e group by object_id, purpose) u
      order by d.day desc, u.last desc, u.object_id, u.purpose`,
  );
  const days = new Set(rows.map((row) => row.from));
  return {
    uses: rows.map(({ objectId, purpose, isCapped, ...row }) => ({
      kind: "uses",
      ...row,
      objectId: objectId ?? "",
      purpose: purpose ?? "",
      isAtLeast: isCapped,
    })),
    more: days.size === DAYS_AT_ONCE ? (rows.at(-1)?.from ?? null) : null,
  };
}
