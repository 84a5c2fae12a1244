/** Tokens of one request. */
export interface Usage {
  /** All input: uncached, read from the cache and written to it. */
  inputTokens: number;
  cachedTokens: number;
  cacheWriteTokens: number;
  /** All output, including thinking. */
  outputTokens: number;
  reasoningTokens: number;
}

/** A plausible token count; four characters a token is the usual rule of thumb. */
export function tokensIn(characters: number): number {
  return Math.max(1, Math.ceil(characters / 4));
}
