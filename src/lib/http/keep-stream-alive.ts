/** Proxies end a connection on which nothing came for a while; nginx after 60 seconds. */
export const SILENT_FOR_MS = 15_000;

/** A line of an event stream that every reader ignores (HTML, 9.2.6). */
const COMMENT = new TextEncoder().encode(": keep-alive\n\n");

/**
 * Passes an event stream on, and puts a comment into its silences, so that a model that thinks for minutes
 * does not lose its connection to a proxy. Begins with one: the headers of an answer leave with its first
 * bytes, and whoever wants to stop it before its first word needs them.
 *
 * @param events each chunk ends with an event, so that a comment is never inside one
 */
export function keepStreamAlive(events: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = events.getReader();
  let isSilent = true;
  let timer: NodeJS.Timeout | undefined;
  const end = () => clearInterval(timer);
  return new ReadableStream(
    {
      start(controller) {
        controller.enqueue(COMMENT);
        timer = setInterval(() => {
          // A reader that does not read gets no comments on top.
          if (isSilent && (controller.desiredSize ?? 0) > 0) controller.enqueue(COMMENT);
          isSilent = true;
        }, SILENT_FOR_MS);
        timer.unref();
      },
      async pull(controller) {
        const { done, value } = await reader.read().catch((error: unknown) => {
          end();
          throw error;
        });
        isSilent = false;
        if (!done) return controller.enqueue(value);
        end();
        controller.close();
      },
      cancel(reason) {
        end();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 1 },
  );
}
