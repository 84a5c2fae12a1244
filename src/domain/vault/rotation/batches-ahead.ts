import "server-only";
import type { PreparedBatch } from "./prepared-batch";

/**
 * Batches of one walk, read and computed before their turn to be written, so that the database and the
 * processor work at the same time. A batch is computed from what was read; a row that changed since is
 * skipped when the batch is written.
 *
 * Holds `depth` batches and the one taken, however long the walk is.
 */
export class BatchesAhead {
  readonly #prepare: (cursor: string | null) => Promise<PreparedBatch>;
  readonly #depth: number;
  /** In the order of the walk; null past its end. */
  #coming: Promise<PreparedBatch | null>[] = [];
  /** Cancels the preparation of discarded batches. */
  #discarded = new AbortController();

  /** @param depth 0: a batch is prepared when it is requested */
  constructor(prepare: (cursor: string | null) => Promise<PreparedBatch>, depth: number) {
    this.#prepare = prepare;
    this.#depth = depth;
  }

  /**
   * The next batch.
   *
   * @param cursor where it begins, if none is prepared
   * @throws what preparing it threw; then discard what is ahead
   */
  async take(cursor: string | null): Promise<PreparedBatch> {
    const batch = (await this.#coming.shift()) ?? (await this.#prepare(cursor));
    while (this.#coming.length < this.#depth) {
      const next = this.#after(this.#coming.at(-1) ?? Promise.resolve(batch), this.#discarded.signal);
      // `take` reports its failure; an earlier failure comes first.
      next.catch(() => undefined);
      this.#coming.push(next);
    }
    return batch;
  }

  /** Drops what is ahead: the next one begins at the cursor passed to `take`. */
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
