import { type SQL, sql } from "drizzle-orm";
import type { UsageFilter } from "@/contracts/usage-report";
import { listParam } from "@/lib/db/rows-of";
import { stretchesOf } from "./spans";
import { KEY_COLUMNS, SUM_COLUMNS } from "./usage-columns";
import { isInScope, matchesFilter, type UsageScope } from "./usage-scope";

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
  const stretches = stretchesOf(starts, to);
  const times = (name: "from" | "to") =>
    sql`${listParam(stretches.map((each) => new Date(each[name]).toISOString()))}::timestamptz[]`;
  const narrowed = matchesFilter(filter);
  const wanted = sql`${isInScope(scope)} ${narrowed === undefined ? sql`` : sql`and ${narrowed}`}`;
  const [from = to] = starts;
  return sql`(
    select ${COLUMNS}
    from unnest(${listParam(stretches.map(({ minutes }) => minutes))}::smallint[], ${times("from")}, ${times("to")})
      as stretch(span, first, after)
    cross join lateral (
      select ${COLUMNS} from usage_sums
      where minutes = stretch.span and starts_at >= stretch.first and starts_at < stretch.after and ${wanted}
    ) as summed
    union all
    select ${COLUMNS} from usage_tail
    where starts_at >= ${from.toISOString()}::timestamptz and starts_at < ${to.toISOString()}::timestamptz
      and ${wanted}
  ) as used`;
}
