import { setTimeout as pause } from "node:timers/promises";
import { ProviderFailure } from "../failures/provider-failure";
import { AnswerDecoder } from "./answer-decoder";
import { AnswerSource } from "./answer-source";
import type { AnswerState } from "./answer-state";
import type { WireReader } from "./wire-reader";

/** After the reason for its end, an answer has only its usage to send; some servers leave the rest out. */
const WAIT_FOR_USAGE_MS = 2500;
const WAIT_AFTER_USAGE_MS = 1000;
/** A JSON body may be whole when nothing more comes. */
const WAIT_IN_JSON_MS = 1000;
/**
 * Once its first word has passed, an answer is read so often: a screen shows no more pictures a second, and
 * what comes meanwhile is joined (joined-deltas.ts).
 */
const READ_EVERY_MS = 16;

/**
 * The body of an answer as its provider's client can read it: an event stream, ended where the answer ends,
 * whatever the server sent (see WireReader). Bytes in which nothing needs repair are passed on as they are.
 *
 * A failure ends the stream like an end, so that nothing is lost of what came before; it stands in the
 * reader's state, from where `settleEnd` passes it on.
 *
 * @param isAborted whether whoever asked has hung up: then errors are theirs
 */
export function readAnswer(
  body: ReadableStream<Uint8Array>,
  reader: WireReader,
  isAborted: () => boolean,
): ReadableStream<Uint8Array> {
  const source = new AnswerSource(body);
  const decoder = new AnswerDecoder(reader);
  const { state } = reader;
  const patience = new Patience(state);
  let readAt = Number.NEGATIVE_INFINITY;
  /** @returns null at the end */
  async function nextPiece(): Promise<Uint8Array | null> {
    try {
      const waitMs = state.hasContent ? readAt + READ_EVERY_MS - performance.now() : 0;
      if (waitMs > 0) await pause(waitMs);
      const piece = await source.next(decoder.isJson ? WAIT_IN_JSON_MS : patience.leftMs());
      readAt = performance.now();
      if (piece !== "late") return piece && waitMs > 0 ? await source.withNext(piece) : piece;
      if (decoder.isJson && !decoder.isWhole) return await source.next(null);
      source.drop();
    } catch (error) {
      if (isAborted() || !(error instanceof ProviderFailure)) throw error;
      // After the reason for its end, nothing is missing.
      if (!state.hasFinish) state.failure ??= error;
    }
    return null;
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const piece = await nextPiece();
          const read = piece ? decoder.read(piece) : decoder.end();
          if (read.byteLength > 0) controller.enqueue(read);
          if (piece === null || state.isOver || state.failure) {
            const rest = piece ? decoder.end() : null;
            if (rest && rest.byteLength > 0) controller.enqueue(rest);
            if (state.failure) source.drop();
            else source.leave();
            controller.close();
            return;
          }
          if (read.byteLength > 0) return;
        }
      },
      cancel: (reason) => source.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** How long a server that has said why its answer ends is waited for, whatever it sends meanwhile. */
class Patience {
  readonly #state: AnswerState;
  #since: number | null = null;

  constructor(state: AnswerState) {
    this.#state = state;
  }

  /** @returns null before that: then the limit is the connection's */
  leftMs(): number | null {
    const { hasFinish, usage } = this.#state;
    if (!hasFinish) {
      this.#since = null;
      return null;
    }
    this.#since ??= performance.now();
    const wait = usage.output === undefined ? WAIT_FOR_USAGE_MS : WAIT_AFTER_USAGE_MS;
    return Math.max(0, this.#since + wait - performance.now());
  }
}
