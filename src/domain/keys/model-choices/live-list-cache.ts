interface Limits {
  freshMs: number;
  mostLists: number;
  /** Of all lists together: an endpoint of somebody's own may list thousands of models, and its owner has many keys. */
  mostItems: number;
  /** Milliseconds of a clock that does not step back. */
  now: () => number;
}

const LIMITS: Limits = {
  freshMs: 10 * 60_000,
  mostLists: 500,
  mostItems: 50_000,
  now: () => performance.now(),
};

interface Entry<Item> {
  readonly version: string;
  readonly until: number;
  readonly list: Promise<Item[]>;
  /** Zero until the list is there. */
  items: number;
}

/** Lists that were read lately, one for each key. What is being read is waited for, not read twice; a failure is not kept. */
export class LiveListCache<Item> {
  readonly #limits: Limits;
  /** The oldest first, so that what is stale stands before what is fresh. */
  readonly #entries = new Map<string, Entry<Item>>();
  #items = 0;

  constructor(limits: Partial<Limits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  /**
   * @param version what changes when the list may have become another; it replaces the former
   * @param read called when nothing fresh is there
   */
  get(key: string, version: string, read: () => Promise<Item[]>): Promise<Item[]> {
    this.#dropStale();
    const kept = this.#entries.get(key);
    if (kept?.version === version) return kept.list;
    this.forget(key);
    const list = read();
    const entry: Entry<Item> = { version, until: this.#limits.now() + this.#limits.freshMs, list, items: 0 };
    this.#entries.set(key, entry);
    this.#dropOldest();
    void this.#settle(key, entry);
    return list;
  }

  /** Counts what came, unless the key was forgotten meanwhile. */
  async #settle(key: string, entry: Entry<Item>): Promise<void> {
    try {
      const { length } = await entry.list;
      if (this.#entries.get(key) !== entry) return;
      entry.items = length;
      this.#items += length;
      this.#dropOldest();
    } catch {
      // Whoever asked is told.
      if (this.#entries.get(key) === entry) this.forget(key);
    }
  }

  /** What is being read then still reaches those who wait for it, and nobody else. */
  forget(key: string): void {
    this.#items -= this.#entries.get(key)?.items ?? 0;
    this.#entries.delete(key);
  }

  /** How much is kept. */
  get size(): { lists: number; items: number } {
    return { lists: this.#entries.size, items: this.#items };
  }

  #dropStale(): void {
    const now = this.#limits.now();
    for (const [key, { until }] of this.#entries) {
      if (until > now) return;
      this.forget(key);
    }
  }

  #dropOldest(): void {
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.mostLists && this.#items <= this.#limits.mostItems) return;
      this.forget(key);
    }
  }
}
