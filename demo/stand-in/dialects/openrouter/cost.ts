import type { Usage } from "../../usage";
import { pricingOf } from "./models";

/** What a request cost in US dollars, rounded to trillionths to remove floating-point errors. */
export function costOf(model: string, usage: Usage): { total: number; prompt: number; completion: number } {
  const pricing = pricingOf(model);
  const { cachedTokens, cacheWriteTokens } = usage;
  const fresh = usage.inputTokens - cachedTokens - cacheWriteTokens;
  const prompt =
    fresh * Number(pricing.prompt) +
    cachedTokens * Number(pricing.input_cache_read ?? pricing.prompt) +
    cacheWriteTokens * Number(pricing.input_cache_write ?? pricing.prompt);
  const completion = usage.outputTokens * Number(pricing.completion);
  return { total: rounded(prompt + completion), prompt: rounded(prompt), completion: rounded(completion) };
}

function rounded(dollars: number): number {
  return Number(dollars.toFixed(12));
}
