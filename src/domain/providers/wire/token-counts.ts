import type { AnswerState, SeenUsage } from "./answer-state";

/** Tokens of one request, and what is charged beside them. */
export interface TokenCounts {
  /** All input: fresh, read from the cache and written to it. */
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  /** All that was written to the cache. */
  readonly cacheWriteTokens: number;
  /** Of that, what is kept for an hour instead of five minutes. */
  readonly cacheWrite1hTokens: number;
  /** All output, including reasoning. */
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** Searches of the provider's own. */
  readonly webSearches: number;
}

/** What was reported of an answer, as far as it can be believed. */
export interface ReportedUsage {
  readonly counts: TokenCounts;
  /** Whether this half of the counts was reported; else it is zero there. */
  readonly hasInput: boolean;
  readonly hasOutput: boolean;
}

/**
 * Without what is zero because nobody counted: every request has input, and what was written has tokens.
 */
export function reportedUsage({ usage, contentBytes }: AnswerState): ReportedUsage {
  const counts = tokenCountsOf(usage);
  return {
    counts,
    hasInput: counts.inputTokens > 0,
    hasOutput: usage.output !== undefined && (counts.outputTokens > 0 || contentBytes === 0),
  };
}

/** More than any request has, and less than its column can hold. */
const MAX_TOKENS = 1_000_000_000;
const MAX_SEARCHES = 100_000;

/**
 * The numbers are untrusted: the result is whole numbers that can be stored, and no part exceeds its whole.
 */
export function tokenCountsOf(usage: Partial<SeenUsage>): TokenCounts {
  const inputTokens = count(usage.input);
  const outputTokens = count(usage.output);
  const cachedInputTokens = Math.min(count(usage.cachedInput), inputTokens);
  const cacheWriteTokens = Math.min(count(usage.cacheWrite), inputTokens - cachedInputTokens);
  return {
    inputTokens,
    cachedInputTokens,
    cacheWriteTokens,
    cacheWrite1hTokens: Math.min(count(usage.cacheWrite1h), cacheWriteTokens),
    outputTokens,
    reasoningTokens: Math.min(count(usage.reasoning), outputTokens),
    webSearches: Math.min(count(usage.webSearches), MAX_SEARCHES),
  };
}

function count(tokens: number | undefined): number {
  return tokens !== undefined && tokens > 0 ? Math.min(Math.round(tokens), MAX_TOKENS) : 0;
}
