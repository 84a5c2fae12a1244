/** "$0.034" for 34,200 micro-dollars: small amounts keep their significant digits. */
export function formatDollars(microUsd: number): string {
  if (microUsd > 0 && microUsd < 100) return "below $0.0001";
  const digits = microUsd < 100_000 ? 4 : 2;
  return `$${(microUsd / 1_000_000).toFixed(digits)}`;
}
