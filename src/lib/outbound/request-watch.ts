import { EndpointFailure } from "./endpoint-failure";
import type { RequestLimits } from "./request-limits";

/**
 * Ends one request when its caller aborts or a limit is reached, whichever comes first. Always call `finish`.
 */
export class RequestWatch {
  readonly #ending = new AbortController();
  readonly #untilHeaders: NodeJS.Timeout;
  readonly #untilEnd: NodeJS.Timeout;
  readonly #caller: AbortSignal | undefined;
  readonly #abortWithCaller = () => this.#ending.abort(this.#caller?.reason);
  readonly #idleMs: number;
  readonly #ended: Promise<never>;

  constructor(limits: RequestLimits, caller: AbortSignal | undefined) {
    this.#idleMs = limits.idleMs;
    this.#untilHeaders = this.#endAfter(limits.headersMs);
    this.#untilEnd = this.#endAfter(limits.totalMs);
    this.#caller = caller;
    if (caller?.aborted) this.#abortWithCaller();
    else caller?.addEventListener("abort", this.#abortWithCaller, { once: true });
    this.#ended = new Promise((_resolve, reject) => {
      const end = () => reject(this.signal.reason);
      if (this.signal.aborted) end();
      else this.signal.addEventListener("abort", end, { once: true });
    });
    // Prevents an unhandled rejection if nothing waits when it ends.
    this.#ended.catch(() => {});
  }

  /** Aborts with the caller's reason, or with the EndpointFailure `timeout`. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /**
   * Waits for work that cannot be aborted; rejects as soon as the request ends, and always if it has ended.
   */
  async until<T>(work: Promise<T>): Promise<T> {
    const result = await Promise.race([work, this.#ended]);
    this.signal.throwIfAborted();
    return result;
  }

  headersArrived(): void {
    clearTimeout(this.#untilHeaders);
  }

  /** Like `until`, and ends the request if the chunk takes longer than the allowed silence. */
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
    this.#caller?.removeEventListener("abort", this.#abortWithCaller);
  }

  #endAfter(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => this.#ending.abort(new EndpointFailure("timeout")), milliseconds).unref();
  }
}
