import { type DeltaChunk, isDelta, joined, partOf } from "./delta-chunks";
import type { RunChunk } from "./run";

/**
 * Joins the pieces of one part that arrive in one turn of the process: some models send single letters, and
 * each event costs every viewer as much as a page of text. Nothing waits longer than that turn.
 */
export class DeltaMerger {
  readonly #emit: (chunk: RunChunk) => void;
  #waiting: DeltaChunk | null = null;
  #timer: NodeJS.Immediate | undefined;

  constructor(emit: (chunk: RunChunk) => void) {
    this.#emit = emit;
  }

  take(chunk: RunChunk): void {
    const before = this.#waiting;
    if (!isDelta(chunk)) {
      this.flush();
      this.#emit(chunk);
      return;
    }
    if (before && partOf(before) === partOf(chunk)) {
      this.#waiting = joined(before, chunk);
      return;
    }
    this.flush();
    this.#waiting = chunk;
    this.#timer = setImmediate(() => this.flush());
  }

  flush(): void {
    clearImmediate(this.#timer);
    const chunk = this.#waiting;
    this.#waiting = null;
    if (chunk) this.#emit(chunk);
  }
}
