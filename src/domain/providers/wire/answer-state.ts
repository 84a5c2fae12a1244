import type { ProviderFailure } from "../failures/provider-failure";

/** The tokens a provider has reported for one request so far; undefined if it has not. */
export interface SeenUsage {
  input: number | undefined;
  output: number | undefined;
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
}

export function newAnswerState(): AnswerState {
  return {
    failure: null,
    isOver: false,
    hasFinish: false,
    hasContent: false,
    usage: { input: undefined, output: undefined },
  };
}
