import "server-only";
import { sql } from "drizzle-orm";
import type {
  UsageBucket,
  UsageFigures,
  UsageGroup,
  UsageQuery,
  UsageReport,
} from "@/contracts/usage-report";
import { database } from "@/lib/db/client";
import { listParam, rowsOf } from "@/lib/db/rows-of";
import { bucketStarts } from "./bucket-starts";
import { addFigures, FIGURES, NO_USAGE } from "./figures";
import { GROUP_COLUMN } from "./group-column";
import { groupLabels } from "./group-labels";
import { sumsAndTail } from "./sums-and-tail";
import type { UsageScope } from "./usage-scope";

const DAY_MS = 24 * 60 * 60_000;

interface Cell extends UsageFigures {
  bucket: number;
  group: string;
}

/**
 * Usage by group and bucket. All figures come from one statement, so that totals, groups and buckets are of
 * one moment and sum up to each other.
 */
export async function readReport(scope: UsageScope, query: UsageQuery): Promise<UsageReport> {
  const { from, to, timeZone, groupBy } = query;
  const bucket = query.bucket ?? bucketFor(from, to);
  const starts = bucketStarts(from, to, timeZone, bucket);
  const cells = await rowsOf<Cell>(
    await database(),
    sql`select width_bucket(starts_at, ${listParam(starts.map((at) => at.toISOString()))}::timestamptz[])::int - 1 as bucket,
        ${GROUP_COLUMN[groupBy]} as "group", ${FIGURES}
      from ${sumsAndTail(scope, { starts, to, filter: query })} group by 1, 2 order by 1`,
  );
  const groups = await groupsOf(scope, query, cells);
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    timeZone,
    bucket,
    groupBy,
    buckets: starts.map((at) => at.toISOString()),
    totals: groups.reduce((sum, { totals }) => addFigures(sum, totals), NO_USAGE),
    groups,
  };
}

/** The finest that still can be taken in at a glance. */
function bucketFor(from: Date, to: Date): UsageBucket {
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  if (days <= 2) return "hour";
  return days <= 93 ? "day" : "month";
}

async function groupsOf(scope: UsageScope, { groupBy }: UsageQuery, cells: Cell[]): Promise<UsageGroup[]> {
  const byGroup = new Map<string, UsageGroup>();
  // What was taken back completely leaves nothing to show.
  const used = cells.filter(({ group: _group, bucket: _bucket, ...figures }) =>
    Object.values(figures).some((figure) => figure !== 0),
  );
  const labels = await groupLabels(scope, groupBy, [...new Set(used.map(({ group }) => group))]);
  for (const { group: id, bucket, ...figures } of used) {
    const { label, detail } = labels.get(id) ?? { label: id, detail: null };
    const group = byGroup.get(id) ?? { id, label, detail, totals: NO_USAGE, series: [] };
    group.totals = addFigures(group.totals, figures);
    group.series.push({ bucket, ...figures });
    byGroup.set(id, group);
  }
  return [...byGroup.values()].toSorted(
    (a, b) =>
      b.totals.costMicroUsd - a.totals.costMicroUsd ||
      b.totals.requests - a.totals.requests ||
      (a.id < b.id ? -1 : 1),
  );
}
