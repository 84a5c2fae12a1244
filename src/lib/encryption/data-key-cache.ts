import type { DataKey } from "./data-key";

export interface DataKeyCacheOptions {
  /** Most keys kept; the least recently used one goes first. */
  maxEntries: number;
  /** How long a key is used without asking its key store again, in milliseconds. */
  lifeMs: number;
  /** Milliseconds that only go forward. */
  now?: () => number;
}

interface Entry {
  dataKey: Promise<DataKey>;
  /** Not a number while it loads. */
  until: number;
}

/**
 * Unwrapped data keys for a short while, so that a remote key store is not called for each message. Bounded in number
 * and in time: what a dump of this process's memory shows, and how long a key store's refusal goes unnoticed, is
 * bounded with it. Askers at the same time share one call. A failure is not kept.
 */
export class DataKeyCache {
  readonly #entries = new Map<string, Entry>();
  readonly #options: Required<DataKeyCacheOptions>;

  constructor(options: DataKeyCacheOptions) {
    this.#options = { now: () => performance.now(), ...options };
  }

  /**
   * @param id of the data key; the caller has made sure, now, that the key is not destroyed
   * @param load unwraps it
   * @throws what `load` throws
   */
  get(id: string, load: () => Promise<DataKey>): Promise<DataKey> {
    const known = this.#entries.get(id);
    if (known && !(this.#options.now() >= known.until)) {
      // Last in the map is the most recently used.
      this.#entries.delete(id);
      this.#entries.set(id, known);
      return known.dataKey;
    }
    const entry: Entry = { dataKey: load(), until: Number.NaN };
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    this.#makeRoom();
    entry.dataKey.then(
      () => {
        // From now on, not from the beginning of a slow call.
        entry.until = this.#options.now() + this.#options.lifeMs;
      },
      () => {
        if (this.#entries.get(id) === entry) this.#entries.delete(id);
      },
    );
    return entry.dataKey;
  }

  forget(id: string): void {
    this.#entries.delete(id);
  }

  clear(): void {
    this.#entries.clear();
  }

  get size(): number {
    return this.#entries.size;
  }

  #makeRoom(): void {
    for (const id of this.#entries.keys()) {
      if (this.#entries.size <= this.#options.maxEntries) return;
      this.#entries.delete(id);
    }
  }
}
