import type { UsageFigures, UsageReport } from "@/contracts/usage-report";
import { CHART_GROUPS } from "./group-colours";

export const MEASURES = ["cost", "tokens", "requests"] as const;
export type Measure = (typeof MEASURES)[number];

function measured({ costMicroUsd, inputTokens, outputTokens, requests }: UsageFigures, measure: Measure) {
  return { cost: costMicroUsd / 1_000_000, tokens: inputTokens + outputTokens, requests }[measure];
}

/**
 * A report as areas on top of each other: for each group, from the bottom, the sums up to it by bucket.
 * Groups beyond the colours there are make one together.
 */
export function stackSeries({ buckets, groups }: UsageReport, measure: Measure): number[][] {
  const stack: number[][] = [];
  let below: number[] = buckets.map(() => 0);
  for (const [index, { series }] of groups.entries()) {
    const own = [...below];
    for (const { bucket, ...figures } of series)
      own[bucket] = (own[bucket] ?? 0) + measured(figures, measure);
    below = own;
    stack[Math.min(index, CHART_GROUPS)] = own;
  }
  return stack;
}
