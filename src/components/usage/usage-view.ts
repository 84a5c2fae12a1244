import type { UsageBucket, UsageFilter, UsageGrouping } from "@/contracts/usage-report";

export const VIEW_PERIODS = ["today", "7d", "30d", "month", "custom"] as const;
export type ViewPeriod = (typeof VIEW_PERIODS)[number];

/** What a usage page shows; it is the page's address. */
export interface UsageView {
  period: ViewPeriod;
  /** Dates, both included: 2026-11-01. */
  first: string;
  last: string;
  groupBy: UsageGrouping;
  /** Chosen; else it follows from the length of the period. */
  bucket: UsageBucket | undefined;
  filter: UsageFilter;
  /** Only if the address names one; else it is the browser's. */
  timeZone: string | undefined;
}

/** The address of a view. @param path "/usage" */
export function hrefOf(path: string, view: UsageView): string {
  const { period, first, last, groupBy, bucket, filter, timeZone } = view;
  const query = new URLSearchParams({ period, groupBy });
  if (period === "custom") {
    query.set("first", first);
    query.set("last", last);
  }
  if (bucket) query.set("bucket", bucket);
  if (timeZone) query.set("timeZone", timeZone);
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, value);
  return `${path}?${query}`;
}
