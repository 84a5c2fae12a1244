/** Far more than any model reads at once: about half a million tokens. */
const MAX_OUTPUT_BYTES = 2 * 1024 * 1024;
const MAX_CALLS = 1000;

/**
 * What the tools of one run may answer together. The model decides how often they are called, at a custom
 * endpoint whoever runs it, and everything they answer is kept in memory, sent again with each request and
 * stored with the message.
 */
export class ToolOutputBudget {
  #bytes = MAX_OUTPUT_BYTES;
  #calls = MAX_CALLS;

  /** Counts a call. @returns false if there have been too many, or they have answered too much */
  begin(): boolean {
    this.#calls -= 1;
    return this.#calls >= 0 && this.#bytes > 0;
  }

  /** Counts what a call answers. @returns false if it does not fit any more */
  take(output: unknown): boolean {
    this.#bytes -= Buffer.byteLength(JSON.stringify(output));
    return this.#bytes >= 0;
  }
}
