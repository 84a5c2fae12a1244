import type { DataKey } from "./data-key";

export interface DataKeyCacheOptions {
  /** Maximum number of keys, at least 1; the least recently used one is evicted first. */
  maxEntries: number;
  /** How long a key is used without calling its key store again, in milliseconds; at most a day. */
  lifeMs: number;
  /** Milliseconds that only increase (a monotonic clock). */
  now?: () => number;
  /**
   * Begins what outlives the caller, the call of a key store and the timer of a key, so that neither keeps
   * the caller's request in memory.
   */
  outside?: <Result>(work: () => Result) => Result;
}

interface Entry {
  loading: Promise<DataKey>;
  /** The loaded key. */
  dataKey: DataKey | undefined;
  /** NaN while it loads. */
  until: number;
  /** Number of the cache's call that used it last. */
  used: number;
  /** Removes the entry when it expires. */
  end: NodeJS.Timeout | undefined;
}

const MAX_LIFE_MS = 24 * 3_600_000;

/**
 * Caches unwrapped data keys briefly, so that a remote key store is not called for each message. It is
 * bounded in number and in time, which also bounds what a dump of this process's memory reveals, and how long
 * a key store's refusal goes unnoticed. Concurrent callers share one call. A failure is not cached.
 */
export class DataKeyCache {
  readonly #entries = new Map<string, Entry>();
  readonly #options: Required<DataKeyCacheOptions>;
  #calls = 0;

  /** @throws RangeError if a bound is invalid */
  constructor(options: DataKeyCacheOptions) {
    const { maxEntries, lifeMs } = options;
    if (!Number.isInteger(maxEntries) || maxEntries < 1)
      throw new RangeError("A cache holds at least 1 key.");
    if (!(lifeMs > 0 && lifeMs <= MAX_LIFE_MS))
      throw new RangeError("A cached key lives longer than 0 milliseconds and at most a day.");
    this.#options = { now: () => performance.now(), outside: (work) => work(), ...options };
  }

  /**
   * @param id of the data key; the caller has just checked that the key is not destroyed
   * @param load unwraps it
   * @returns the key itself if it is cached, a promise of it if it is being loaded: awaiting a cached key
   *   would noticeably slow down opening a value
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
      loading: this.#options.outside(load),
      dataKey: undefined,
      until: Number.NaN,
      used: this.#calls,
      end: undefined,
    };
    this.#entries.set(id, entry);
    this.#makeRoom();
    void this.#options.outside(() =>
      entry.loading.then(
        (dataKey) => this.#begin(id, entry, dataKey),
        () => {
          if (this.#entries.get(id) === entry) this.forget(id);
        },
      ),
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

  /**
   * Its lifetime starts now, not when a slow call started. An entry that was forgotten or replaced meanwhile
   * is skipped.
   */
  #begin(id: string, entry: Entry, dataKey: DataKey): void {
    if (this.#entries.get(id) !== entry) return;
    entry.dataKey = dataKey;
    entry.until = this.#options.now() + this.#options.lifeMs;
    // Otherwise a key nobody requests again would stay in memory until others evict it. Does not keep the
    // process alive.
    entry.end = setTimeout(() => this.forget(id), this.#options.lifeMs);
    entry.end.unref();
  }

  /** Checks all of them before a call of the key store, so that a cache hit has nothing to clean up. */
  #makeRoom(): void {
    if (this.#entries.size <= this.#options.maxEntries) return;
    let [oldest, used] = ["", Number.POSITIVE_INFINITY];
    for (const [id, entry] of this.#entries) {
      if (entry.used < used) [oldest, used] = [id, entry.used];
    }
    this.forget(oldest);
  }
}
