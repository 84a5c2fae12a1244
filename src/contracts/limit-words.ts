import type { LimitMeasure, LimitPeriod } from "./spending-limits";

/*
 * A limit in words, the same on server and browser. Only types of the schemas are imported: the browser does
 * not load them for this.
 */

const count = new Intl.NumberFormat("en");

const UNITS = {
  micro_usd: ["", ""],
  tokens: ["token", "tokens"],
  requests: ["request", "requests"],
  parallel: ["request at the same time", "requests at the same time"],
} as const satisfies Record<LimitMeasure, readonly [string, string]>;

const PERIODS = {
  minute: " a minute",
  day: " a day",
  week: " a week",
  month: " a month",
  total: " in all",
} as const satisfies Record<LimitPeriod, string>;

/** "$5.00", "12,000 tokens", "2 requests at the same time" */
export function limitAmount(measure: LimitMeasure, amount: number): string {
  if (measure === "micro_usd") {
    const digits = amount > 0 && amount < 100_000 ? 4 : 2;
    return `$${(amount / 1_000_000).toFixed(digits)}`;
  }
  const [one, many] = UNITS[measure];
  return `${count.format(amount)} ${amount === 1 ? one : many}`;
}

/** "$5.00 a day", "2 requests at the same time" */
export function limitInWords({
  measure,
  amount,
  period,
}: {
  measure: LimitMeasure;
  amount: number;
  period: LimitPeriod;
}): string {
  return `${limitAmount(measure, amount)}${measure === "parallel" ? "" : PERIODS[period]}`;
}
