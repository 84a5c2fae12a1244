/**
 * Who watches a run. When the last one has left, it is stopped after a while, unless it was told to keep
 * working.
 */
export class RunViewers {
  readonly #graceMs: number;
  readonly #stop: () => void;
  #keepsWorking: boolean;
  #here = 0;
  #isWatchedElsewhere = false;
  #isOver = false;
  #grace: NodeJS.Timeout | undefined;
  #elsewhere: NodeJS.Timeout | undefined;

  /** @param options.graceMs 0: the run is stopped as soon as nobody watches */
  constructor(options: { graceMs: number; keepWorking: boolean; stop: () => void }) {
    this.#graceMs = options.graceMs;
    this.#keepsWorking = options.keepWorking;
    this.#stop = options.stop;
  }

  get isWatchedElsewhere(): boolean {
    return this.#isWatchedElsewhere;
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

  /** Somebody watches at another server, for so long unless it is said again. */
  watchedElsewhere(forMs: number): void {
    clearTimeout(this.#elsewhere);
    this.#isWatchedElsewhere = forMs > 0;
    if (forMs > 0 && !this.#isOver) {
      this.#elsewhere = setTimeout(() => this.watchedElsewhere(0), forMs).unref();
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
    clearTimeout(this.#elsewhere);
    this.#look();
  }

  #look(): void {
    const isWanted = this.#here > 0 || this.#isWatchedElsewhere || this.#keepsWorking || this.#isOver;
    if (isWanted) {
      clearTimeout(this.#grace);
      this.#grace = undefined;
      return;
    }
    if (this.#graceMs === 0) this.#stop();
    else this.#grace ??= setTimeout(this.#stop, this.#graceMs).unref();
  }
}
