import { expect, test } from "vitest";
import type { UsageBucket } from "@/contracts/usage-report";
import { bucketStarts } from "./bucket-starts";
import { stretchesOf } from "./spans";

const HOUR_MS = 60 * 60_000;

function read(from: string, to: string, timeZone: string, bucket: UsageBucket) {
  const stretches = stretchesOf(bucketStarts(new Date(from), new Date(to), timeZone, bucket), new Date(to));
  return stretches.map((each) => [each.minutes, (each.to - each.from) / HOUR_MS]);
}

test("days of UTC are read as days, days of New York as hours, in one stretch", () => {
  expect(read("2026-10-30T00:00:00Z", "2026-11-06T00:00:00Z", "UTC", "day")).toEqual([[1440, 168]]);
  expect(read("2026-10-30T04:00:00Z", "2026-11-03T05:00:00Z", "America/New_York", "day")).toEqual([[60, 97]]);
});

test("days of Kathmandu are read as hours, but for the hour in which they begin", () => {
  expect(read("2026-10-30T18:15:00Z", "2026-11-01T18:15:00Z", "Asia/Kathmandu", "day")).toEqual([
    [15, 0.75],
    [60, 23],
    [15, 1],
    [60, 23],
    [15, 0.25],
  ]);
});

test("months are read as days, but for their edges", () => {
  expect(read("2026-10-01T04:00:00Z", "2026-12-01T05:00:00Z", "America/New_York", "month")).toEqual([
    [60, 20],
    [1440, 30 * 24],
    [60, 24],
    [1440, 29 * 24],
    [60, 5],
  ]);
});

test("hours of a zone that is half an hour off are read as quarters", () => {
  expect(read("2026-11-01T00:00:00Z", "2026-11-01T02:00:00Z", "Asia/Kolkata", "hour")).toEqual([[15, 2]]);
});
