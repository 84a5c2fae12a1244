import "server-only";
import type { PreparedBatch } from "./prepared-batch";

/**
 * Prepares the batch that begins after a cursor. It may say where the next one begins before it is done, so
 * that the next one is read while its own values are with the cipher.
 */
export type Prepare = (
  cursor: string | null,
  nextBeginsAt: (cursor: string | null) => void,
) => Promise<PreparedBatch>;

/** A batch in preparation; null past the end of the walk. */
interface Coming {
  batch: Promise<PreparedBatch | null>;
  /** Where the next one begins; null at the end, and after a failure. */
  next: Promise<string | null>;
}

/**
 * Batches of one walk, read and computed before their turn to be written, so that the database, this thread
 * and the cipher's work at the same time. A batch is computed from what was read; a row that changed since is
 * skipped when the batch is written.
 *
 * Holds `depth` batches and the one taken, however long the walk is.
 */
export class BatchesAhead {
  readonly #prepare: Prepare;
  readonly #depth: number;
  /** In the order of the walk. */
  #coming: Coming[] = [];
  /** Cancels the preparation of discarded batches. */
  #discarded = new AbortController();

  /** @param depth 0: a batch is prepared when it is requested */
  constructor(prepare: Prepare, depth: number) {
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
    const current = this.#coming.shift() ?? this.#begin(cursor);
    while (this.#coming.length < this.#depth) {
      const next = this.#after(this.#coming.at(-1) ?? current, this.#discarded.signal);
      // `take` reports its failure; an earlier failure comes first.
      next.batch.catch(() => undefined);
      this.#coming.push(next);
    }
    return (await current.batch) ?? this.#begin(cursor).batch;
  }

  /** Drops what is ahead: the next one begins at the cursor passed to `take`. */
  discard(): void {
    this.#discarded.abort();
    this.#discarded = new AbortController();
    this.#coming = [];
  }

  #begin(cursor: string | null): Coming & { batch: Promise<PreparedBatch> } {
    const next = Promise.withResolvers<string | null>();
    const batch = this.#prepare(cursor, next.resolve);
    batch.then(
      (prepared) => next.resolve(prepared.cursor),
      () => next.resolve(null),
    );
    return { batch, next: next.promise };
  }

  #after(earlier: Coming, discarded: AbortSignal): Coming {
    const begun = earlier.next.then((cursor) =>
      cursor === null || discarded.aborted ? null : this.#begin(cursor),
    );
    return {
      batch: begun.then((coming) => coming?.batch ?? null),
      next: begun.then((coming) => coming?.next ?? null),
    };
  }
}
