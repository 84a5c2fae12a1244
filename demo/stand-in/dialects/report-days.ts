const DAY_MS = 86_400_000;

/**
 * The whole days of a report, with an amount for each that is the same whenever it is asked for: some cents,
 * far below what one is told of.
 */
export function reportDays(from: number, to: number): { startMs: number; dollars: number }[] {
  const days: { startMs: number; dollars: number }[] = [];
  for (let startMs = from; startMs + DAY_MS <= to && days.length < 31; startMs += DAY_MS) {
    days.push({ startMs, dollars: ((startMs / DAY_MS) % 7) / 100 });
  }
  return days;
}
