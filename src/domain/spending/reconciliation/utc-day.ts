const DAY_MS = 86_400_000;

/** "2026-05-31" for a moment of that day in UTC. */
export function utcDayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** @param days may be negative */
export function daysAfter(day: string, days: number): string {
  return utcDayOf(new Date(Date.parse(day) + days * DAY_MS));
}

/** When the day begins. */
export function startOf(day: string): Date {
  return new Date(day);
}
