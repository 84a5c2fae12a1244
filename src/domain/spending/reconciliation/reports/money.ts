import { ProviderFailure } from "@/domain/providers/failures/provider-failure";

const MICRO_PER = { dollars: 1_000_000, cents: 10_000 } as const;

/** More than any key is charged in a day, and far below where numbers lose whole micro-dollars. */
const MAX_DOLLARS = 10_000_000;

/** "12.5", "0.0000316000000000", "3.2E-7". No sign: nothing that was charged is negative. */
const DECIMAL = /^\d{1,20}(\.\d{1,40})?(e[+-]?\d{1,3})?$/i;

/**
 * An amount of a report, as a number or as decimal text, in micro-dollars that are not rounded: many small
 * ones are summed first.
 *
 * @throws ProviderFailure `provider_bad_response` for a negative or absurd one, and what is no amount
 */
export function microUsdOf(amount: unknown, unit: keyof typeof MICRO_PER): number {
  const value = typeof amount === "string" && DECIMAL.test(amount.trim()) ? Number(amount.trim()) : amount;
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) {
    throw new ProviderFailure("provider_bad_response", { cause: "an amount that is none, or negative" });
  }
  const microUsd = value * MICRO_PER[unit];
  if (microUsd > MAX_DOLLARS * MICRO_PER.dollars) {
    throw new ProviderFailure("provider_bad_response", { cause: "an absurd amount" });
  }
  return microUsd;
}

/** @throws ProviderFailure `provider_bad_response` unless it is US dollars, or not said */
export function requireDollars(currency: unknown): void {
  if (currency === undefined || currency === null) return;
  if (typeof currency === "string" && currency.toUpperCase() === "USD") return;
  throw new ProviderFailure("provider_bad_response", { cause: "another currency than USD" });
}
