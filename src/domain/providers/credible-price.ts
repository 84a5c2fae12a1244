/** Of a million tokens, or of one request: ten thousand dollars, far more than the dearest there is. */
const MOST_MICRO_USD = 10_000 * 1_000_000;

/**
 * Whether a price or a cost can be meant. Lists and answers are written by whoever runs a server, and a
 * negative one would fill a budget instead of using it: what is not credible counts as unknown.
 *
 * @param microUsd millionths of a US dollar
 */
export function isCredible(microUsd: number): boolean {
  return Number.isFinite(microUsd) && microUsd >= 0 && microUsd <= MOST_MICRO_USD;
}
