import { EndpointFailure } from "./endpoint-failure";
import { failureOf } from "./failure-of";
import type { RequestWatch } from "./request-watch";

/**
 * The body of a response, chunk by chunk as it arrives and only as fast as it is read.
 *
 * @param maxBytes the stream fails with `too_large` at the chunk that exceeds it
 * @param done is called at least once: at the end, at a failure, or when the reader or the request's caller
 *   aborts
 * @returns a stream that fails with the caller's reason or an EndpointFailure
 */
export function watchedBody(
  body: ReadableStream<Uint8Array>,
  watch: RequestWatch,
  maxBytes: number,
  done: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // Even if nothing is being read: buffered data is of no use to a caller that has disconnected.
        watch.signal.addEventListener("abort", () => {
          controller.error(watch.signal.reason);
          done();
        });
      },
      async pull(controller) {
        try {
          const piece = await watch.untilPiece(reader.read());
          bytes += piece.value?.byteLength ?? 0;
          if (bytes > maxBytes) throw new EndpointFailure("too_large");
          if (piece.value) return controller.enqueue(piece.value);
          controller.close();
          done();
        } catch (error) {
          controller.error(failureOf(error, watch.signal));
          done();
        }
      },
      cancel: done,
    },
    { highWaterMark: 0 },
  );
}
