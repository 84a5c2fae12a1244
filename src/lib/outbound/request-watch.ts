import { EndpointFailure } from "./endpoint-failure";
import type { RequestLimits } from "./request-limits";

/** Ends one request when its caller hangs up or a time runs out, whichever comes first. `finish` must be called in every case. */
export class RequestWatch {
  readonly #ending = new AbortController();
  readonly #untilHeaders: NodeJS.Timeout;
  readonly #untilEnd: NodeJS.Timeout;
  readonly #caller: AbortSignal | undefined;
  readonly #hangUp = () => this.#ending.abort(this.#caller?.reason);
  readonly #idleMs: number;
  readonly #ended: Promise<never>;

  constructor(limits: RequestLimits, caller: AbortSignal | undefined) {
    this.#idleMs = limits.idleMs;
    this.#untilHeaders = this.#endAfter(limits.headersMs);
    this.#untilEnd = this.#endAfter(limits.totalMs);
    this.#caller = caller;
    if (caller?.aborted) this.#hangUp();
    else caller?.addEventListener("abort", this.#hangUp, { once: true });
    this.#ended = new Promise((_resolve, reject) => {
      const end = () => reject(this.signal.reason);
      if (this.signal.aborted) end();
      else this.signal.addEventListener("abort", end, { once: true });
    });
    // Nobody may be waiting when it ends.
    this.#ended.catch(() => {});
  }

  /** Aborts with the caller's reason, or with the EndpointFailure `timeout`. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Waits for work that cannot be told to stop; rejects as soon as the request ends, and always if it has ended. */
  async until<T>(work: Promise<T>): Promise<T> {
    const result = await Promise.race([work, this.#ended]);
    this.signal.throwIfAborted();
    return result;
  }

  headersArrived(): void {
    clearTimeout(this.#untilHeaders);
  }

  /** The same as `until`, and ends the request if the piece takes longer than an answer may be silent. */
  async untilPiece<T>(piece: Promise<T>): Promise<T> {
    const timer = this.#endAfter(this.#idleMs);
    try {
      return await this.until(piece);
    } finally {
      clearTimeout(timer);
    }
  }

  finish(): void {
    clearTimeout(this.#untilHeaders);
    clearTimeout(this.#untilEnd);
    this.#caller?.removeEventListener("abort", this.#hangUp);
  }

  #endAfter(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => this.#ending.abort(new EndpointFailure("timeout")), milliseconds).unref();
  }
}
