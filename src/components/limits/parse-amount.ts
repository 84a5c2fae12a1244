import { LIMIT_AMOUNT_MAX } from "@/contracts/limits";
import type { LimitMeasure } from "@/contracts/spending-limits";

const MICRO = 1_000_000;

/** What a person typed as the amount of a limit: dollars of money, else a whole number; null for neither. */
export function parseAmount(measure: LimitMeasure, typed: string): number | null {
  const text = typed
    .trim()
    .replace(/^\$\s*/, "")
    .replaceAll(/(?<=\d),(?=\d{3}\b)/g, "");
  if (measure === "micro_usd") {
    if (!/^\d{1,10}(\.\d{1,6})?$/.test(text)) return null;
    return within(Math.round(Number(text) * MICRO));
  }
  return /^\d{1,16}$/.test(text) ? within(Number(text)) : null;
}

/** The same amount as a person would type it. */
export function typedAmount(measure: LimitMeasure, amount: number): string {
  if (measure !== "micro_usd") return String(amount);
  const dollars = (amount / MICRO).toFixed(6).replace(/0{1,4}$/, "");
  return dollars;
}

function within(amount: number): number | null {
  return amount <= LIMIT_AMOUNT_MAX ? amount : null;
}
