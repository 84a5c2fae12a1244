import type { UsageFigures, UsageGroup, UsageReport } from "./usage-report";

export interface UsageRow {
  /** When its bucket begins. */
  at: string;
  group: Pick<UsageGroup, "id" | "label" | "detail">;
  figures: UsageFigures;
}

/** A report as rows, the newest first: what the page shows as a table, and what a CSV file has. */
export function usageRowsOf({ buckets, groups }: UsageReport): UsageRow[] {
  const byBucket = new Map<number, UsageRow[]>();
  for (const { id, label, detail, series } of groups) {
    for (const { bucket, ...figures } of series) {
      const rows = byBucket.get(bucket) ?? [];
      rows.push({ at: buckets[bucket] ?? "", group: { id, label, detail }, figures });
      byBucket.set(bucket, rows);
    }
  }
  return [...byBucket.entries()].toSorted(([a], [b]) => b - a).flatMap(([, rows]) => rows);
}
