import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * The body of a request as a web stream, read only as fast as it is asked for. What is left of it when the
 * answer has been sent is discarded, because unread bytes would block the connection for the next request.
 */
export function requestBody(incoming: IncomingMessage, outgoing: ServerResponse): ReadableStream<Uint8Array> {
  let isWanted = true;
  const discard = () => {
    isWanted = false;
    incoming.resume();
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        incoming.pause();
        incoming.on("data", (chunk: Buffer) => {
          if (!isWanted) return;
          controller.enqueue(chunk);
          incoming.pause();
        });
        incoming.once("end", () => isWanted && controller.close());
        incoming.once("error", (error) => isWanted && controller.error(error));
        outgoing.once("finish", discard);
      },
      pull: () => {
        incoming.resume();
      },
      cancel: discard,
    },
    { highWaterMark: 0 },
  );
}
