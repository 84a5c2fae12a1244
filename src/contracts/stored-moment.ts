const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(3000, 0, 1);
const DAY_MS = 24 * 60 * 60_000;

/** Whether times that lists are filtered by may lie there. The database knows neither year 0 nor 10 000. */
export function isInOurTime(time: number): boolean {
  return time >= EARLIEST && time < LATEST;
}

/**
 * Whether a cursor may name this moment, in the form that the database writes: with microseconds, in UTC. It
 * refuses the 30th of February, which a script takes for a day in March. East of UTC, a first day begins
 * before its year.
 */
export function isStoredMoment(text: string): boolean {
  const seconds = text.slice(0, 19);
  const time = Date.parse(`${seconds}Z`);
  if (Number.isNaN(time) || !isInOurTime(time + DAY_MS)) return false;
  return new Date(time).toISOString().startsWith(seconds);
}
