/**
 * A run that keeps working alone ends by itself long before: its requests and the size of its answer are
 * limited. But a provider may send signs of life, and nothing else, forever.
 */
const MOST_ALONE_MS = 6 * 60 * 60 * 1000;

/**
 * Who watches a run. When the last one has left, it is stopped after a while; after hours if it was told to
 * keep working.
 */
export class RunViewers {
  readonly #graceMs: number;
  readonly #stop: () => void;
  #keepsWorking: boolean;
  #here = 0;
  /** Each with the time at which it no longer counts. */
  readonly #elsewhere = new Map<string, NodeJS.Timeout>();
  #isOver = false;
  /** For which state `#alone` was set. */
  #aloneMs: number | null = null;
  #alone: NodeJS.Timeout | undefined;

  /** @param options.graceMs 0: the run is stopped as soon as nobody watches */
  constructor(options: { graceMs: number; keepWorking: boolean; stop: () => void }) {
    this.#graceMs = options.graceMs;
    this.#keepsWorking = options.keepWorking;
    this.#stop = options.stop;
  }

  get isWatchedElsewhere(): boolean {
    return this.#elsewhere.size > 0;
  }

  /** @returns call it once, when the viewer has left */
  join(): () => void {
    this.#here += 1;
    this.#look();
    return () => {
      this.#here -= 1;
      this.#look();
    };
  }

  /**
   * Somebody watches at another server, for so long unless it is said again; 0: no longer.
   *
   * @param watcher stands for all viewers at that server
   */
  watchedElsewhere(watcher: string, forMs: number): void {
    clearTimeout(this.#elsewhere.get(watcher));
    this.#elsewhere.delete(watcher);
    if (forMs > 0 && !this.#isOver) {
      const timer = setTimeout(() => this.watchedElsewhere(watcher, 0), forMs);
      this.#elsewhere.set(watcher, timer.unref());
    }
    this.#look();
  }

  set keepWorking(keepWorking: boolean) {
    this.#keepsWorking = keepWorking;
    this.#look();
  }

  /** The run has ended. */
  end(): void {
    this.#isOver = true;
    for (const timer of this.#elsewhere.values()) clearTimeout(timer);
    this.#elsewhere.clear();
    this.#look();
  }

  #look(): void {
    const aloneMs = this.#mostAlone();
    if (aloneMs === this.#aloneMs) return;
    this.#aloneMs = aloneMs;
    clearTimeout(this.#alone);
    if (aloneMs === 0) this.#stop();
    else if (aloneMs !== null) this.#alone = setTimeout(this.#stop, aloneMs).unref();
  }

  /** How long the run may go on as it is now; null while it is watched, and when it is over. */
  #mostAlone(): number | null {
    if (this.#here > 0 || this.isWatchedElsewhere || this.#isOver) return null;
    return this.#keepsWorking ? MOST_ALONE_MS : this.#graceMs;
  }
}
