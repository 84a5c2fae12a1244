import type { ProviderFailure } from "../failures/provider-failure";

/** What a provider has reported of one request so far; undefined where it has not. */
export interface SeenUsage {
  /** All input: fresh, read from the cache and written to it. */
  input: number | undefined;
  cachedInput: number | undefined;
  /** All that was written to the cache, and of it what is kept for an hour. */
  cacheWrite: number | undefined;
  cacheWrite1h: number | undefined;
  /** All output, with reasoning. */
  output: number | undefined;
  reasoning: number | undefined;
  webSearches: number | undefined;
  /** As the provider names it. Untrusted, like the rest. */
  serviceTier: unknown;
  /** The report itself, with all that its parts said. */
  raw: Record<string, unknown> | undefined;
}

/** What is known of one answer while its bytes are read. */
export interface AnswerState {
  /** Why it ended badly: what follows in the stream is not read. */
  failure: ProviderFailure | null;
  /** The server said that nothing follows: `[DONE]`, `message_stop`. */
  isOver: boolean;
  /** The server gave a reason for the end, after which only the usage may follow. */
  hasFinish: boolean;
  /** Some of the answer itself has come: a word, a thought, a call. */
  hasContent: boolean;
  usage: SeenUsage;
  /** Bytes of text, thoughts and input of tools that have come. */
  contentBytes: number;
  /** The answer's id as its body names it. Untrusted. */
  id: unknown;
}

const NOTHING_REPORTED: SeenUsage = {
  input: undefined,
  cachedInput: undefined,
  cacheWrite: undefined,
  cacheWrite1h: undefined,
  output: undefined,
  reasoning: undefined,
  webSearches: undefined,
  serviceTier: undefined,
  raw: undefined,
};

export function newAnswerState(): AnswerState {
  return {
    failure: null,
    isOver: false,
    hasFinish: false,
    hasContent: false,
    usage: NOTHING_REPORTED,
    contentBytes: 0,
    id: undefined,
  };
}
