const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Pauses after the first failure, the second, and so on: six attempts within 24 hours. */
const PAUSES = [MINUTE, 10 * MINUTE, HOUR, 5 * HOUR, 17 * HOUR];

/** How long to wait after this many attempts have failed; null: no longer tried. */
export function retryPause(attempts: number): number | null {
  return PAUSES[attempts - 1] ?? null;
}
