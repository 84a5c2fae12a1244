/** Minutes of the spans of `usage_sums`, from the longest: days of UTC, hours, quarters of an hour. */
export const SPANS = [1440, 60, 15] as const;

export interface Stretch {
  /** Of which span the sums are read. */
  minutes: number;
  from: number;
  to: number;
}

const MINUTE_MS = 60_000;

/**
 * The longest spans that lie within each bucket: months are read by the day but for their edges, days of most
 * zones by the hour. Stretches that follow on each other by the same span become one.
 *
 * @param starts when each bucket begins; quarters of an hour, as is `to`
 */
export function stretchesOf(starts: readonly Date[], to: Date): Stretch[] {
  const stretches: Stretch[] = [];
  for (const [index, start] of starts.entries()) {
    for (const next of covering(start.getTime(), (starts[index + 1] ?? to).getTime(), 0)) {
      const last = stretches.at(-1);
      if (last?.minutes === next.minutes && last.to === next.from) last.to = next.to;
      else stretches.push(next);
    }
  }
  return stretches;
}

function covering(from: number, to: number, place: number): Stretch[] {
  const minutes = SPANS[place];
  if (from >= to || minutes === undefined) return [];
  const span = minutes * MINUTE_MS;
  const [first, last] = [Math.ceil(from / span) * span, Math.floor(to / span) * span];
  if (first >= last) return covering(from, to, place + 1);
  return [
    ...covering(from, first, place + 1),
    { minutes, from: first, to: last },
    ...covering(last, to, place + 1),
  ];
}
