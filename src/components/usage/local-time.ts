import type { UsageBucket } from "@/contracts/usage-report";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/**
 * Numbers only come from the platform, names from here: the server's and the browser's differ in how they
 * abbreviate, and both render the same page.
 */
function partsIn(at: string, timeZone: string) {
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
  const parts = Object.fromEntries(
    format.formatToParts(new Date(at)).map(({ type, value }) => [type, value]),
  );
  const [year, month, day] = [Number(parts["year"]), Number(parts["month"]), Number(parts["day"])];
  return {
    year,
    date: `${day} ${MONTHS[month - 1] ?? ""}`,
    month: MONTHS[month - 1] ?? "",
    weekday: WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? "",
    time: `${parts["hour"]}:${parts["minute"]}`,
  };
}

/** When a bucket begins: "Tue 3 Nov", "3 Nov, 14:00", "Week of 2 Nov", "Nov 2026". */
export function bucketLabel(at: string, bucket: UsageBucket, timeZone: string): string {
  const { year, date, month, weekday, time } = partsIn(at, timeZone);
  return {
    hour: `${date}, ${time}`,
    day: `${weekday} ${date}`,
    week: `Week of ${date}`,
    month: `${month} ${year}`,
  }[bucket];
}

/** "3 Nov 2026, 14:05" */
export function momentLabel(at: string, timeZone: string): string {
  const { year, date, time } = partsIn(at, timeZone);
  return `${date} ${year}, ${time}`;
}

/** "1 Nov to 30 Nov 2026", from dates as in an address. */
export function daysLabel(first: string, last: string): string {
  const [from, to] = [partsIn(`${first}T12:00:00Z`, "UTC"), partsIn(`${last}T12:00:00Z`, "UTC")];
  if (first === last) return `${to.date} ${to.year}`;
  return `${from.date}${from.year === to.year ? "" : ` ${from.year}`} to ${to.date} ${to.year}`;
}
