import "server-only";
import type { PreparedBatch } from "./prepared-batch";

/**
 * Batches of one walk, read and computed before it is their turn to be written, so that the database and the processor
 * work at the same time. A batch is computed from what was read; a row that changed since is left alone when it is written.
 *
 * Holds `depth` batches and the one that is out, whatever the walk is long.
 */
export class BatchesAhead {
  readonly #prepare: (cursor: string | null) => Promise<PreparedBatch>;
  readonly #depth: number;
  /** In the order of the walk; null for what would come behind its end. */
  #coming: Promise<PreparedBatch | null>[] = [];
  /** Ends the preparing of what was discarded. */
  #discarded = new AbortController();

  /** @param depth 0: a batch is prepared when it is asked for */
  constructor(prepare: (cursor: string | null) => Promise<PreparedBatch>, depth: number) {
    this.#prepare = prepare;
    this.#depth = depth;
  }

  /**
   * The next batch.
   *
   * @param cursor where it begins, if there is none ahead
   * @throws what preparing it threw; then discard what is ahead
   */
  async take(cursor: string | null): Promise<PreparedBatch> {
    const batch = (await this.#coming.shift()) ?? (await this.#prepare(cursor));
    while (this.#coming.length < this.#depth) {
      const next = this.#after(this.#coming.at(-1) ?? Promise.resolve(batch), this.#discarded.signal);
      // Whoever takes it hears of its failure; a failure before it comes first.
      next.catch(() => undefined);
      this.#coming.push(next);
    }
    return batch;
  }

  /** Forgets what is ahead: the next one begins at the cursor it is taken with. */
  discard(): void {
    this.#discarded.abort();
    this.#discarded = new AbortController();
    this.#coming = [];
  }

  async #after(
    earlier: Promise<PreparedBatch | null>,
    discarded: AbortSignal,
  ): Promise<PreparedBatch | null> {
    const batch = await earlier;
    return batch === null || batch.cursor === null || discarded.aborted ? null : this.#prepare(batch.cursor);
  }
}
