const FRESH_MS = 10 * 60_000;
const MOST_LISTS = 500;

/** Lists that were read lately. What is being read is waited for, not read twice; a failure is not kept. */
export class LiveListCache<T> {
  readonly #lists = new Map<string, { until: number; list: Promise<T> }>();

  /** @param read called when nothing fresh is there */
  get(key: string, read: () => Promise<T>): Promise<T> {
    const now = performance.now();
    const kept = this.#lists.get(key);
    if (kept && kept.until > now) return kept.list;
    this.#lists.delete(key);
    const [oldest] = this.#lists.keys();
    if (oldest !== undefined && this.#lists.size >= MOST_LISTS) this.#lists.delete(oldest);
    const entry = { until: now + FRESH_MS, list: read() };
    this.#lists.set(key, entry);
    entry.list.catch(() => {
      if (this.#lists.get(key) === entry) this.#lists.delete(key);
    });
    return entry.list;
  }
}
