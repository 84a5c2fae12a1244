import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { USAGE_REQUESTS_PER_PAGE } from "@/contracts/limits";
import { INSTALLATION } from "@/contracts/owner";
import type { UsageRequestsQuery, UsageRequestsResponse } from "@/contracts/usage-report";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { REQUEST_COLUMNS, type RequestRow, toSummary, withNames } from "./request-row";
import { isInScope, matchesFilter, type UsageScope } from "./usage-scope";

/** Requests of a range, the newest first. @param query.cursor `next` of the page before */
export async function listRequests(
  scope: UsageScope,
  query: UsageRequestsQuery,
): Promise<UsageRequestsResponse> {
  const { from, to, outcome, costSource, cursor } = query;
  const filter = matchesFilter(query);
  const wanted = sql`at >= ${from.toISOString()}::timestamptz and at < ${to.toISOString()}::timestamptz
    ${filter === undefined ? sql`` : sql`and ${filter}`}
    ${outcome === undefined ? sql`` : sql`and outcome = ${outcome}`}
    ${costSource === undefined ? sql`` : isOfCost(costSource)}
    ${cursor === undefined ? sql`` : sql`and ${isAfter(scope, cursor)}`}`;
  const rows = await rowsOf<RequestRow>(
    await database(),
    sql`select ${REQUEST_COLUMNS} from ${withNames(newest(scope, wanted), scope)} order by e.at desc, e.id desc`,
  );
  const page = rows.slice(0, USAGE_REQUESTS_PER_PAGE);
  return {
    requests: page.map((row) => toSummary(row, scope)),
    next: rows.length > page.length ? (page.at(-1)?.id ?? null) : null,
  };
}

const LATEST_FIRST = sql`order by at desc, id desc limit ${sql.raw(String(USAGE_REQUESTS_PER_PAGE + 1))}`;

/**
 * The newest rows of a scope. What a person asked for and what their keys paid are read one by one, each in
 * the order of its index: both at once would mean sorting all there is.
 */
function newest(scope: UsageScope, wanted: SQL): SQL {
  const columns = sql`select id, at from usage_events`;
  if (scope.kind === "installation") {
    return rowsById(sql`${columns} where owner_kind = ${INSTALLATION.kind} and owner_id = ${INSTALLATION.id}
      and ${wanted} ${LATEST_FIRST}`);
  }
  return rowsById(sql`
    (${columns} where user_id = ${scope.userId} and ${wanted} ${LATEST_FIRST})
    union
    (${columns} where owner_kind = 'person' and owner_id = ${scope.userId} and ${wanted} ${LATEST_FIRST})
    ${LATEST_FIRST}`);
}

function rowsById(ids: SQL): SQL {
  return sql`(select * from usage_events where id in (select id from (${ids}) as chosen))`;
}

function isOfCost(source: string): SQL {
  if (source === "unknown") return sql`and cost_micro_usd is null`;
  return sql`and cost_micro_usd is not null and coalesce(cost_source, 'estimated') = ${source}`;
}

/** In the database's own precision. Nothing follows what is not of the scope. */
function isAfter(scope: UsageScope, cursor: string): SQL {
  return sql`(at, id) < (select at, id from usage_events where id = ${cursor}::uuid and ${isInScope(scope)})`;
}
