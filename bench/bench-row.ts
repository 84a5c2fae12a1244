/** One row of a benchmark's result. */
export interface BenchRow {
  name: string;
  /** The measurement of our code, in `unit`. */
  value: number;
  unit: string;
  /** The same for the baseline, in the same unit. */
  baseline: number;
  /** Median of the paired ratios value / baseline; not exactly the ratio of the two medians. */
  ratio: number;
  /** The target in words, "" if there is none. */
  aim: string;
  /** Whether the target is met; null if there is none. */
  ok: boolean | null;
}

/** One measurement: returns one figure, such as operations per second. */
export type Sample = () => number | Promise<number>;

export interface Alternation {
  /** Medians over the rounds. */
  a: number;
  b: number;
  /** Medians over the rounds of the paired figures. */
  ratio: number;
  difference: number;
}

/** @throws RangeError if there are no values */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("No median of no values.");
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  if (sorted.length % 2 === 1) return upper;
  return ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Measures A and B alternately, because the load of a shared machine drifts: both of one round see the same
 * load, so their ratio holds where their absolute figures do not. The order swaps from round to round.
 *
 * @param warmUp rounds run and discarded, until the code is compiled and the caches are filled
 */
export async function alternate(
  a: Sample,
  b: Sample,
  { warmUp, rounds }: { warmUp: number; rounds: number },
): Promise<Alternation> {
  const pairs: { a: number; b: number }[] = [];
  for (let round = 0; round < warmUp + rounds; round += 1) {
    // Sequential on purpose: run concurrently, they would measure each other.
    // oxlint-disable-next-line no-await-in-loop
    const pair = round % 2 === 0 ? await inOrder(a, b) : swapped(await inOrder(b, a));
    if (round >= warmUp) pairs.push(pair);
  }
  return {
    a: median(pairs.map((pair) => pair.a)),
    b: median(pairs.map((pair) => pair.b)),
    ratio: median(pairs.map((pair) => pair.a / pair.b)),
    difference: median(pairs.map((pair) => pair.a - pair.b)),
  };
}

async function inOrder(first: Sample, second: Sample): Promise<{ a: number; b: number }> {
  return { a: await first(), b: await second() };
}

function swapped({ a, b }: { a: number; b: number }): { a: number; b: number } {
  return { a: b, b: a };
}
