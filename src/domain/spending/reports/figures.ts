import { sql } from "drizzle-orm";
import type { UsageFigures } from "@/contracts/usage-report";

export const NO_USAGE: UsageFigures = {
  requests: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  costMicroUsd: 0,
  unpriced: 0,
  atLeast: 0,
};

export function addFigures(a: UsageFigures, b: UsageFigures): UsageFigures {
  return {
    requests: a.requests + b.requests,
    inputTokens: a.inputTokens + b.inputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    costMicroUsd: a.costMicroUsd + b.costMicroUsd,
    unpriced: a.unpriced + b.unpriced,
    atLeast: a.atLeast + b.atLeast,
  };
}

/** As a floating-point number, which both drivers read as one: exact up to nine thousand million dollars. */
export const FIGURES = sql`sum(requests)::float8 as requests, sum(unpriced)::float8 as unpriced,
  sum(at_least)::float8 as "atLeast", sum(input_tokens)::float8 as "inputTokens",
  sum(cached_input_tokens)::float8 as "cachedInputTokens", sum(cache_write_tokens)::float8 as "cacheWriteTokens",
  sum(output_tokens)::float8 as "outputTokens", sum(reasoning_tokens)::float8 as "reasoningTokens",
  sum(cost_micro_usd)::float8 as "costMicroUsd"`;
