import type { UIMessageChunk } from "ai";
import { failureChunks, INTERRUPTED } from "./chat-failure";
import { batchDeltas } from "./delta-batcher";

/** One of these is the last chunk of a complete UI message stream. */
const LAST = new Set<UIMessageChunk["type"]>(["finish", "error", "abort"]);
/** From one of these on, an answer says how it ended. */
const ENDS = new Set<UIMessageChunk["type"]>([...LAST, "data-chat-error"]);

/**
 * An answer's chunks, with deltas in quick succession joined. A stream that breaks off, or ends without its
 * last chunk, gets a failure at its end; the chunks before it are kept.
 *
 * How an answer ended is held back until the server closes the stream. By then it has stored the answer and
 * recorded the health of the key, so what the page reads next is up to date.
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
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          isComplete ||= LAST.has(value.type);
          if (end.length > 0 || ENDS.has(value.type)) end.push(value);
          else push(value);
        }
      } catch (error) {
        flush();
        // Stopped by the person: the chat handles it and keeps what arrived.
        if (error instanceof Error && error.name === "AbortError") {
          controller.error(error);
          return;
        }
        isComplete = false;
      }
      flush();
      if (!isWanted) return;
      for (const chunk of isComplete ? end : [...end, ...failureChunks(INTERRUPTED)])
        controller.enqueue(chunk);
      controller.close();
    },
    cancel: (reason) => {
      isWanted = false;
      return reader.cancel(reason);
    },
  });
}
