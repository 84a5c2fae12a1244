/** Proxies end a connection on which nothing came for a while; nginx after 60 seconds. */
export const SILENT_FOR_MS = 15_000;
/**
 * A reader that takes nothing for more of these silences although there is something is gone, whatever its
 * connection says: it would keep a run going, and its answer in memory, until TCP gives up. Who has slept
 * joins again.
 */
const MOST_UNREAD = 4;

/** A line of an event stream that every reader ignores (HTML, 9.2.6). */
const COMMENT = Buffer.from(": keep-alive\n\n");

/** The answer as far as it has come (answer-log.ts). */
interface Log {
  readonly isEnded: boolean;
  /** What follows the first `place` events, and the place after it; null if nothing has come. */
  after(place: number): { bytes: Uint8Array; place: number } | null;
  /** Calls once, when something follows or nothing will. */
  whenMore(tell: () => void): void;
}

type Controller = ReadableStreamDefaultController<Uint8Array>;

/**
 * One reader of an answer, as the source of its stream. It begins with a comment: the headers of an answer
 * leave with its first bytes, and whoever wants to stop it before its first word needs them. There is one in
 * its silences too, so that a model that thinks for minutes does not lose its connection to a proxy.
 */
export class AnswerReader implements UnderlyingDefaultSource<Uint8Array> {
  readonly #log: Log;
  readonly #signal: AbortSignal | undefined;
  readonly #left: () => void;
  #controller!: Controller;
  #timer: NodeJS.Timeout | undefined;
  #place = 0;
  #isGone = false;
  /** It has read everything it was given, and asked for more. */
  #isWaiting = false;
  #isSilent = true;
  #unread = 0;

  /** @param left called once, when the reader has read everything or reads no further */
  constructor(log: Log, signal: AbortSignal | undefined, left: () => void) {
    this.#log = log;
    this.#signal = signal;
    this.#left = left;
  }

  start(controller: Controller): void {
    this.#controller = controller;
    controller.enqueue(COMMENT);
    if (this.#signal?.aborted) {
      this.#hangUp();
      return;
    }
    this.#signal?.addEventListener("abort", this.#hangUp);
    this.#timer = setInterval(() => this.#look(), SILENT_FOR_MS).unref();
  }

  pull(): void {
    this.#isWaiting = true;
    this.#pass();
  }

  cancel(): void {
    this.#leave();
  }

  /** Without a promise: each word of an answer comes by here. */
  readonly #pass = (): void => {
    if (this.#isGone || !this.#isWaiting) return;
    const next = this.#log.after(this.#place);
    if (next) {
      this.#place = next.place;
      this.#isSilent = false;
      this.#give(next.bytes);
    } else if (this.#log.isEnded) {
      this.#leave();
      this.#controller.close();
    } else this.#log.whenMore(this.#pass);
  };

  #give(bytes: Uint8Array): void {
    this.#isWaiting = false;
    this.#controller.enqueue(bytes);
  }

  #look(): void {
    const isThereMore = this.#log.isEnded || this.#log.after(this.#place) !== null;
    this.#unread = this.#isSilent && !this.#isWaiting && isThereMore ? this.#unread + 1 : 0;
    if (this.#unread > MOST_UNREAD) this.#giveUp("the answer was not read");
    // A reader that does not read gets no comments on top.
    else if (this.#isSilent && this.#isWaiting) this.#give(COMMENT);
    this.#isSilent = true;
  }

  readonly #hangUp = (): void => this.#giveUp("the reader is gone");

  #giveUp(why: string): void {
    if (this.#isGone) return;
    this.#leave();
    this.#controller.error(new Error(why));
  }

  #leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    clearInterval(this.#timer);
    this.#signal?.removeEventListener("abort", this.#hangUp);
    this.#left();
  }
}
