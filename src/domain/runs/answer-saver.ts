import { logger } from "@/lib/logger";

/** How often what has come of an answer is stored, while it grows. */
const SAVED_EVERY_MS = 1_000;
/** A save that takes long is repeated as much later: large answers and slow databases. */
const PAUSE_FACTOR = 10;

/**
 * Stores an answer while it is written, so that a server that dies leaves what had come. Not before its first
 * second, and only when something was added.
 */
export class AnswerSaver {
  readonly #save: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> | undefined;
  #isOver = false;
  #isChanged = false;
  #pauseMs = SAVED_EVERY_MS;

  constructor(save: () => Promise<void>) {
    this.#save = save;
  }

  /** Something was added. */
  touch(): void {
    this.#isChanged = true;
    if (this.#timer || this.#saving || this.#isOver) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#saving = this.#saveOnce();
    }, this.#pauseMs).unref();
  }

  async #saveOnce(): Promise<void> {
    this.#isChanged = false;
    const began = performance.now();
    try {
      await this.#save();
    } catch (error) {
      logger.warn({ err: error }, "an answer in progress was not stored; will retry");
    }
    this.#pauseMs = Math.max(SAVED_EVERY_MS, PAUSE_FACTOR * (performance.now() - began));
    this.#saving = undefined;
    if (this.#isChanged) this.touch();
  }

  /** Ends it, and waits for a save in progress. */
  async end(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    await this.#saving;
  }
}
