import type { ChatError } from "@/contracts/chat";
import { ANSWER_MAX_BYTES } from "@/contracts/limits";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import type { Run, RunChunk } from "./run";

/**
 * Adds a `data-chat-error` part before an `error` chunk of an answer: the part stays on the message
 * permanently, while `error` alone would be shown only on the last message. An answer without content is a
 * failure too, and so is one that was stopped because its session ended; a failed tool call is not, since the
 * agent sees it and continues. An answer that grows past all measure ends with a failure: what a provider
 * sends is kept in memory until it is stored.
 */
export class AnnotatedAnswer {
  readonly #run: Run;
  readonly #isStopped: () => boolean;
  readonly #stop: () => void;
  #isEmpty = true;
  #isTold = false;
  #isTooLong = false;
  #size = 0;

  /**
   * @param options.isStopped then an empty answer is no failure
   * @param options.stop ends the run at its provider, which is still sending
   */
  constructor(run: Run, { isStopped, stop }: { isStopped: () => boolean; stop: () => void }) {
    this.#run = run;
    this.#isStopped = isStopped;
    this.#stop = stop;
  }

  /** @returns what takes the place of a chunk */
  accept(chunk: RunChunk): RunChunk[] {
    if (this.#isTooLong) return [];
    // Failed while the answer was on its way: nothing that arrives after the reason belongs to it.
    const told = this.end();
    this.#size += sizeOf(chunk);
    if (this.#size > ANSWER_MAX_BYTES) {
      this.#isTooLong = true;
      this.#run.fail(new ProviderFailure("provider_bad_response"));
      this.#stop();
      return [...told, ...this.end()];
    }
    if (chunk.type === "text-delta" || chunk.type === "tool-input-start") this.#isEmpty = false;
    if (!this.#isEmpty || chunk.type === "reasoning-delta") this.#run.markContent();
    const here = this.#inPlaceOf(chunk);
    return told.length === 0 ? here : [...told, ...here];
  }

  /** The answer has ended. @returns why, if it failed and that is not told */
  end(): RunChunk[] {
    const { failure } = this.#run;
    if (!failure || this.#isTold) return [];
    this.#isTold = true;
    return failureChunks(failure);
  }

  #inPlaceOf(chunk: RunChunk): RunChunk[] {
    const run = this.#run;
    if (chunk.type === "error") {
      run.failAsReported();
      return this.end();
    }
    if (chunk.type !== "finish") return [chunk];
    run.markFinished(chunk.finishReason);
    // Whoever stopped it knows.
    if (this.#isStopped()) return [chunk];
    if (run.notice) {
      run.markContent();
      return [{ type: "data-chat-notice", data: run.notice }, chunk];
    }
    if (!this.#isEmpty || run.failure) return [chunk];
    run.fail(new ProviderFailure("provider_bad_response"));
    return [...this.end(), chunk];
  }
}

/** Of each chunk, without its content: an answer may consist of a million single letters. */
const FRAME = 16;

/** About what a chunk adds to the message. What tools answer has its own limit. */
function sizeOf(chunk: RunChunk): number {
  switch (chunk.type) {
    case "text-delta":
    case "reasoning-delta":
      return FRAME + chunk.delta.length;
    case "tool-input-delta":
      return FRAME + chunk.inputTextDelta.length;
    default:
      return FRAME;
  }
}

function failureChunks(failure: ChatError): RunChunk[] {
  return [
    { type: "data-chat-error", data: failure },
    { type: "error", errorText: failure.message },
  ];
}
