import type { ModelPrice } from "@/contracts/models";

const MICRO = 1_000_000;

/** "200k context", "1.05M context"; null if unknown. */
export function describeContext(tokens: number | null): string | null {
  if (tokens === null) return null;
  if (tokens < 1_000) return `${tokens} tokens context`;
  const thousands = Math.round(tokens / 1_000);
  return thousands < 1_000 ? `${thousands}k context` : `${Number((tokens / MICRO).toFixed(2))}M context`;
}

/** "$1 in · $5 out · $0.10 cached per 1M tokens", or that it is free, or that the price is unknown. */
export function describePrice(price: ModelPrice | null): string {
  if (!price) return "price not known";
  const { input, output, cachedInput } = price;
  if (input === 0 && output === 0) return "free of charge";
  const parts = [`${dollars(input)} in`, `${dollars(output)} out`];
  if (cachedInput !== null) parts.push(`${dollars(cachedInput)} cached`);
  return `${parts.join(" · ")} per 1M tokens`;
}

/** Whole dollars without cents, cents with two digits, less than a cent with as many digits as needed. */
function dollars(microUsd: number): string {
  if (microUsd % MICRO === 0) return `$${(microUsd / MICRO).toLocaleString("en")}`;
  const [whole = "0", digits = ""] = (microUsd / MICRO).toFixed(6).split(".");
  return `$${Number(whole).toLocaleString("en")}.${digits.replace(/0+$/, "").padEnd(2, "0")}`;
}
