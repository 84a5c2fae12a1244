import { expect, test } from "vitest";
import type { UsageGroup, UsageReport } from "@/contracts/usage-report";
import { stackSeries } from "./stack-series";

const NOTHING = {
  requests: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  costMicroUsd: 0,
  unpriced: 0,
  atLeast: 0,
};

function group(id: string, requests: Record<number, number>): UsageGroup {
  const series = Object.entries(requests).map(([bucket, count]) => ({
    ...NOTHING,
    bucket: Number(bucket),
    requests: count,
  }));
  return { id, label: id, detail: null, totals: NOTHING, series };
}

const report = (groups: UsageGroup[]): UsageReport => ({
  from: "",
  to: "",
  timeZone: "UTC",
  bucket: "day",
  groupBy: "key",
  buckets: ["a", "b", "c"],
  totals: NOTHING,
  groups,
});

test("areas stand on each other, also where a group used nothing", () => {
  expect(stackSeries(report([group("a", { 0: 3, 2: 1 }), group("b", { 1: 2, 2: 5 })]), "requests")).toEqual([
    [3, 0, 1],
    [3, 2, 6],
  ]);
});

test("groups without a colour of their own make one area, and nothing is lost", () => {
  const many = Array.from({ length: 9 }, (_, index) => group(String(index), { 1: 1 }));
  const stack = stackSeries(report(many), "requests");
  expect(stack).toHaveLength(7);
  expect(stack.at(-1)).toEqual([0, 9, 0]);
});
