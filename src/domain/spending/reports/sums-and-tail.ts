import "server-only";
import { type SQL, sql } from "drizzle-orm";
import type { UsageFilter } from "@/contracts/usage-report";
import { listParam } from "@/lib/db/rows-of";
import { SPANS, type Stretch, stretchesOf } from "./spans";
import { KEY_COLUMNS, SUM_COLUMNS } from "./usage-columns";
import { isInScope, matchesFilter, scopeParts, type UsageScope } from "./usage-scope";

const COLUMNS = sql.raw(["starts_at", ...KEY_COLUMNS, ...SUM_COLUMNS].join(", "));

/**
 * The usage of a range, as a table of sums of which each lies in one bucket. To be read in one statement:
 * between two, the tail may have moved.
 *
 * @param starts when each bucket begins: quarters of an hour, as is `to`
 */
export function sumsAndTail(
  scope: UsageScope,
  { starts, to, filter = {} }: { starts: readonly Date[]; to: Date; filter?: UsageFilter },
): SQL {
  const narrowed = matchesFilter(filter);
  const andFilter = narrowed === undefined ? sql`` : sql`and ${narrowed}`;
  const stretches = stretchesOf(starts, to);
  const sums = SPANS.flatMap((minutes) => {
    const ofSpan = stretches.filter((stretch) => stretch.minutes === minutes);
    return ofSpan.length === 0
      ? []
      : scopeParts(scope).map((part) => sumsOf(minutes, ofSpan, sql`${part} ${andFilter}`));
  });
  const [from = to] = starts;
  const tail = sql`select ${COLUMNS} from usage_tail
    where ${isWithin(from.getTime(), to.getTime())} and ${isInScope(scope)} ${andFilter}`;
  return sql`(${sql.join([...sums, tail], sql` union all `)}) as used`;
}

/** The planner sees the span and both ends, and so how much there is; it does not look into the stretches. */
function sumsOf(minutes: number, stretches: readonly Stretch[], wanted: SQL): SQL {
  const ends = isWithin(stretches[0]?.from ?? 0, stretches.at(-1)?.to ?? 0);
  const sums = sql`select ${COLUMNS} from usage_sums
    where minutes = ${sql.raw(String(minutes))} and ${ends} and ${wanted}`;
  if (stretches.length === 1) return sums;
  const times = (name: "from" | "to") =>
    sql`${listParam(stretches.map((each) => new Date(each[name]).toISOString()))}::timestamptz[]`;
  return sql`select summed.* from unnest(${times("from")}, ${times("to")}) as stretch(first, after)
    cross join lateral (${sums} and starts_at >= stretch.first and starts_at < stretch.after) as summed`;
}

function isWithin(from: number, to: number): SQL {
  return sql`starts_at >= ${new Date(from).toISOString()}::timestamptz
    and starts_at < ${new Date(to).toISOString()}::timestamptz`;
}
