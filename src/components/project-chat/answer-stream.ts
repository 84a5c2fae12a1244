import type { UIMessageChunk } from "ai";
import { BrokenStream } from "./chat-failure";
import { batchDeltas } from "./delta-batcher";

/** One of these is the last chunk of a complete UI message stream. */
const LAST = new Set<UIMessageChunk["type"]>(["finish", "error", "abort"]);
/** From one of these on, an answer says how it ended. */
const ENDS = new Set<UIMessageChunk["type"]>([...LAST, "data-chat-error"]);

/** So long an end waits for the server to close the stream. Then it is shown all the same. */
const END_WAIT_MS = 3_000;

/**
 * An answer's chunks, with deltas in quick succession joined. A stream that breaks off, or ends without its
 * last chunk, fails with `BrokenStream` after the chunks that arrived.
 *
 * How an answer ended is held back until the server closes the stream, for a few seconds at most. By then it
 * has stored the answer and recorded the health of the key, so what the page reads next is up to date. A slow
 * database must not keep an answer that is over looking as if it went on.
 */
export function completeAnswer(chunks: ReadableStream<UIMessageChunk>): ReadableStream<UIMessageChunk> {
  const reader = chunks.getReader();
  let isWanted = true;
  return new ReadableStream<UIMessageChunk>({
    async start(controller) {
      const { push, flush } = batchDeltas((chunk) => {
        if (isWanted) controller.enqueue(chunk);
      });
      const end: UIMessageChunk[] = [];
      let isComplete = false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const close = () => {
        clearTimeout(timer);
        flush();
        if (!isWanted) return;
        isWanted = false;
        if (!isComplete) {
          controller.error(new BrokenStream());
          return;
        }
        for (const chunk of end) controller.enqueue(chunk);
        controller.close();
      };
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          isComplete ||= LAST.has(value.type);
          if (isComplete) timer ??= setTimeout(close, END_WAIT_MS);
          if (end.length > 0 || ENDS.has(value.type)) end.push(value);
          else push(value);
        }
      } catch (error) {
        // After its last chunk there is nothing left to lose, or to stop.
        const isStopped = error instanceof Error && error.name === "AbortError" && !isComplete;
        if (isStopped && isWanted) {
          // Stopped by the person: the chat handles it and keeps what arrived.
          flush();
          controller.error(error);
          return;
        }
      }
      close();
    },
    cancel: (reason) => {
      isWanted = false;
      return reader.cancel(reason);
    },
  });
}
