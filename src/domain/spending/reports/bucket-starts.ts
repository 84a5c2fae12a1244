import { Temporal } from "temporal-polyfill";
import type { UsageBucket } from "@/contracts/usage-report";

type Local = Temporal.ZonedDateTime;

const NEXT: Readonly<Record<UsageBucket, (at: Local) => Local>> = {
  // An hour of the clock, also in zones that are half an hour off, and where the clock is turned.
  hour: (at) => at.add({ hours: 1 }).round({ smallestUnit: "hour", roundingMode: "floor" }),
  day: (at) => at.startOfDay().add({ days: 1 }).startOfDay(),
  week: (at) =>
    at
      .startOfDay()
      .add({ days: 8 - at.dayOfWeek })
      .startOfDay(),
  month: (at) => at.startOfDay().with({ day: 1 }).add({ months: 1 }).startOfDay(),
};

/**
 * When the hours, days, weeks (from Monday) or months of a range begin, by the clock of a zone. The first is
 * the beginning of the range, wherever in its bucket that is.
 */
export function bucketStarts(from: Date, to: Date, timeZone: string, bucket: UsageBucket): Date[] {
  const starts: Date[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO(timeZone);
  while (at.epochMilliseconds < to.getTime()) {
    starts.push(new Date(at.epochMilliseconds));
    const next = NEXT[bucket](at);
    // Where the clock is turned back by half an hour, the rounded hour may have begun already.
    at = next.epochMilliseconds > at.epochMilliseconds ? next : at.add({ hours: 1 });
  }
  return starts;
}
