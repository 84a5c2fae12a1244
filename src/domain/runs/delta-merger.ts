import { type DeltaChunk, isDelta, joined, partOf } from "./delta-chunks";
import type { RunChunk } from "./run";

/**
 * Joins the pieces of one part that arrive in one turn of the process: some models send single letters, and
 * each chunk costs the same work on its way to the page whether it carries a letter or a sentence. The first
 * piece of a turn does not wait, and those behind it wait no longer than that turn.
 */
export class DeltaMerger {
  readonly #emit: (chunk: RunChunk) => void;
  #waiting: DeltaChunk | null = null;
  #turn: NodeJS.Immediate | undefined;

  constructor(emit: (chunk: RunChunk) => void) {
    this.#emit = emit;
  }

  take(chunk: RunChunk): void {
    const before = this.#waiting;
    if (!isDelta(chunk)) {
      this.flush();
      this.#emit(chunk);
    } else if (before && partOf(before) === partOf(chunk)) {
      this.#waiting = joined(before, chunk);
    } else if (this.#turn) {
      this.flush();
      this.#waiting = chunk;
    } else {
      this.#emit(chunk);
      this.#turn = setImmediate(() => {
        this.#turn = undefined;
        this.flush();
      });
    }
  }

  flush(): void {
    const chunk = this.#waiting;
    this.#waiting = null;
    if (chunk) this.#emit(chunk);
  }
}
