import type { RequestUsage, StepReport } from "./provider-adapter";

/** What the AI SDK counted, for providers that add nothing of their own. */
export function requestUsageOf(usage: StepReport["usage"]): RequestUsage {
  return {
    inputTokens: usage.inputTokens ?? 0,
    cachedInputTokens: usage.inputTokenDetails?.cacheReadTokens ?? 0,
    cacheWriteTokens: usage.inputTokenDetails?.cacheWriteTokens ?? 0,
    outputTokens: usage.outputTokens ?? 0,
    reasoningTokens: usage.outputTokenDetails?.reasoningTokens ?? 0,
    reportedMicroUsd: null,
  };
}
