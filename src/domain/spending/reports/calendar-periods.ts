import { Temporal } from "temporal-polyfill";

export interface Period {
  from: Date;
  /** Not included. */
  to: Date;
}

export type ReportPeriod = "today" | "7d" | "30d" | "month";

const dateOf = (at: Temporal.ZonedDateTime) => new Date(at.epochMilliseconds);

function startOfToday(timeZone: string, now: Date): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone).startOfDay();
}

/** A period by the calendar of a zone, up to the end of today. */
export function periodUntilToday(period: ReportPeriod, timeZone: string, now: Date): Period {
  const today = startOfToday(timeZone, now);
  const from = {
    today,
    "7d": today.subtract({ days: 6 }).startOfDay(),
    "30d": today.subtract({ days: 29 }).startOfDay(),
    month: today.with({ day: 1 }).startOfDay(),
  }[period];
  return { from: dateOf(from), to: dateOf(today.add({ days: 1 }).startOfDay()) };
}

/**
 * From the beginning of one day to the end of another, by the calendar of a zone.
 *
 * @param first and `last` are dates: 2026-11-01
 * @returns null if one is no date
 */
export function periodOfDates(first: string, last: string, timeZone: string): Period | null {
  try {
    const from = Temporal.PlainDate.from(first).toZonedDateTime(timeZone);
    const to = Temporal.PlainDate.from(last).add({ days: 1 }).toZonedDateTime(timeZone);
    return { from: dateOf(from.startOfDay()), to: dateOf(to.startOfDay()) };
  } catch {
    return null;
  }
}

/** When the day, the week (from Monday) and the month began that run now, and when the day ends. */
export function runningPeriods(
  timeZone: string,
  now: Date,
): { day: Date; week: Date; month: Date; end: Date } {
  const today = startOfToday(timeZone, now);
  return {
    day: dateOf(today),
    week: dateOf(today.subtract({ days: today.dayOfWeek - 1 }).startOfDay()),
    month: dateOf(today.with({ day: 1 }).startOfDay()),
    end: dateOf(today.add({ days: 1 }).startOfDay()),
  };
}

/** The first and the last date of a period, as a person says them. */
export function datesOf({ from, to }: Period, timeZone: string): { first: string; last: string } {
  const dateIn = (at: number) =>
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();
  return { first: dateIn(from.getTime()), last: dateIn(to.getTime() - 1) };
}

/** "2026-11-01T00:00:00+01:00" */
export function localTime(at: Date, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(timeZone)
    .toString({ timeZoneName: "never", smallestUnit: "second" });
}
