import type { AuditEntry } from "@/contracts/audit-log";

const dayFormat = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});
const timeFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const wholeFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });

/** The reader's time zone. */
export function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function timeOf(at: string): string {
  return timeFormat.format(new Date(at));
}

/** With seconds and zone. */
export function wholeTimeOf(at: string): string {
  return wholeFormat.format(new Date(at));
}

/** "Today", "Yesterday", "Friday 20 November 2026". */
function dayOf(at: string, now: Date): string {
  const day = dayFormat.format(new Date(at));
  if (day === dayFormat.format(now)) return "Today";
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  return day === dayFormat.format(yesterday) ? "Yesterday" : day;
}

/** Entries by day of the reader, in their order. */
export function byDay<Entry extends AuditEntry>(
  entries: readonly Entry[],
  now = new Date(),
): { day: string; entries: Entry[] }[] {
  const days: { day: string; entries: Entry[] }[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.kind === "event" ? entry.at : entry.from, now);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

/** The first moment of a day that a date field names, or of the day after it; empty for none. */
export function momentOf(date: string, plusDays = 0): string {
  const [year, month, day] = date.split("-").map(Number);
  if (!year || !month || !day) return "";
  const moment = new Date(year, month - 1, day + plusDays);
  return year < 2000 || year >= 3000 ? "" : moment.toISOString();
}
