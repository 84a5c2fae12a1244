import type { RequestUsage, StepReport } from "../provider-adapter";

/** More than any request has, and less than its column can hold. */
const MAX_TOKENS = 1_000_000_000;

/**
 * The AI SDK's counts, for providers that add nothing of their own. The numbers are untrusted: the result is
 * whole numbers that can be stored, and no part exceeds its whole.
 */
export function requestUsageOf(usage: StepReport["usage"]): RequestUsage {
  const inputTokens = count(usage.inputTokens);
  const outputTokens = count(usage.outputTokens);
  const cachedInputTokens = Math.min(count(usage.inputTokenDetails?.cacheReadTokens), inputTokens);
  const cacheWriteTokens = Math.min(
    count(usage.inputTokenDetails?.cacheWriteTokens),
    inputTokens - cachedInputTokens,
  );
  return {
    inputTokens,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens,
    reasoningTokens: Math.min(count(usage.outputTokenDetails?.reasoningTokens), outputTokens),
    reportedMicroUsd: null,
  };
}

function count(tokens: number | undefined): number {
  return tokens !== undefined && tokens > 0 ? Math.min(Math.round(tokens), MAX_TOKENS) : 0;
}
