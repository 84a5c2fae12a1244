import type { DataKey } from "./data-key";

export interface DataKeyCacheOptions {
  /** Most keys kept, at least 1; the least recently used one goes first. */
  maxEntries: number;
  /** How long a key is used without asking its key store again, in milliseconds; at most a day. */
  lifeMs: number;
  /** Milliseconds that only go forward. */
  now?: () => number;
}

interface Entry {
  loading: Promise<DataKey>;
  /** What it loaded. */
  dataKey: DataKey | undefined;
  /** Not a number while it loads. */
  until: number;
  /** Number of the cache's call that used it last. */
  used: number;
  /** Takes the entry out when its life is over. */
  end: NodeJS.Timeout | undefined;
}

const MAX_LIFE_MS = 24 * 3_600_000;

/**
 * Unwrapped data keys for a short while, so that a remote key store is not called for each message. Bounded in number
 * and in time: what a dump of this process's memory shows, and how long a key store's refusal goes unnoticed, is
 * bounded with it. Askers at the same time share one call. A failure is not kept.
 */
export class DataKeyCache {
  readonly #entries = new Map<string, Entry>();
  readonly #options: Required<DataKeyCacheOptions>;
  #calls = 0;

  /** @throws RangeError if a bound is none */
  constructor(options: DataKeyCacheOptions) {
    const { maxEntries, lifeMs } = options;
    if (!Number.isInteger(maxEntries) || maxEntries < 1)
      throw new RangeError("A cache holds at least 1 key.");
    if (!(lifeMs > 0 && lifeMs <= MAX_LIFE_MS))
      throw new RangeError("A cached key lives longer than 0 milliseconds and at most a day.");
    this.#options = { now: () => performance.now(), ...options };
  }

  /**
   * @param id of the data key; the caller has made sure, now, that the key is not destroyed
   * @param load unwraps it
   * @returns the key itself if it is there, a promise of it if it is being loaded: awaiting what is there would show in the
   *   time that opening a value takes
   * @throws what `load` throws
   */
  get(id: string, load: () => Promise<DataKey>): DataKey | Promise<DataKey> {
    this.#calls += 1;
    const known = this.#entries.get(id);
    if (known && !(this.#options.now() >= known.until)) {
      known.used = this.#calls;
      return known.dataKey ?? known.loading;
    }
    this.forget(id);
    const entry: Entry = {
      loading: load(),
      dataKey: undefined,
      until: Number.NaN,
      used: this.#calls,
      end: undefined,
    };
    this.#entries.set(id, entry);
    this.#makeRoom();
    entry.loading.then(
      (dataKey) => this.#begin(id, entry, dataKey),
      () => {
        if (this.#entries.get(id) === entry) this.forget(id);
      },
    );
    return entry.loading;
  }

  forget(id: string): void {
    clearTimeout(this.#entries.get(id)?.end);
    this.#entries.delete(id);
  }

  clear(): void {
    for (const id of this.#entries.keys()) this.forget(id);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Its life begins now, not with a slow call's beginning. An entry that was forgotten or replaced meanwhile has none. */
  #begin(id: string, entry: Entry, dataKey: DataKey): void {
    if (this.#entries.get(id) !== entry) return;
    entry.dataKey = dataKey;
    entry.until = this.#options.now() + this.#options.lifeMs;
    // A key nobody asks for again would stay in memory until others push it out. The process need not wait for it.
    entry.end = setTimeout(() => this.forget(id), this.#options.lifeMs);
    entry.end.unref();
  }

  /** Looks at all of them, in front of a call of the key store, so that a hit has nothing to put in order. */
  #makeRoom(): void {
    if (this.#entries.size <= this.#options.maxEntries) return;
    let [oldest, used] = ["", Number.POSITIVE_INFINITY];
    for (const [id, entry] of this.#entries) {
      if (entry.used < used) [oldest, used] = [id, entry.used];
    }
    this.forget(oldest);
  }
}
