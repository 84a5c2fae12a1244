const DAY_MS = 24 * 3_600_000;

/** "2026-12-31": the last day of a key in the reader's time zone, with which it ends. Empty without one. */
export function lastDayOf(expiresAt: string | null): string {
  return expiresAt === null ? "" : dayOf(new Date(Date.parse(expiresAt) - 1));
}

/** When a day ends in the reader's time zone, as the server takes it. */
export function endOfDay(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + 1).toISOString();
}

/** Today in the reader's time zone. */
export function today(): string {
  return dayOf(new Date());
}

/** The last day after so many more days: of a date that is over, from today on. */
export function laterDay(day: string, days: number): string {
  const from = day > today() ? day : today();
  const [year = 0, month = 1, date = 1] = from.split("-").map(Number);
  return dayOf(new Date(year, month - 1, date + days));
}

/** Full days until a moment, counted up: 1 for the last one. */
export function daysUntil(at: string, now: number): number {
  return Math.ceil((Date.parse(at) - now) / DAY_MS);
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}

function dayOf(at: Date): string {
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}
