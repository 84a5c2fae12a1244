import type { UIMessageChunk } from "ai";
import { failureChunks, INTERRUPTED } from "./chat-failure";
import { batchDeltas } from "./delta-batcher";

/** One of these is the last chunk of a complete UI message stream. */
const LAST = new Set<UIMessageChunk["type"]>(["finish", "error", "abort"]);

/**
 * An answer's chunks, with deltas in quick succession joined. A stream that breaks off, or ends without its
 * last chunk, gets a failure at its end; the chunks before it are kept.
 */
export function completeAnswer(chunks: ReadableStream<UIMessageChunk>): ReadableStream<UIMessageChunk> {
  const reader = chunks.getReader();
  let isWanted = true;
  return new ReadableStream<UIMessageChunk>({
    async start(controller) {
      const { push, flush } = batchDeltas((chunk) => {
        if (isWanted) controller.enqueue(chunk);
      });
      let isComplete = false;
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          isComplete ||= LAST.has(value.type);
          push(value);
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
      if (!isComplete) for (const chunk of failureChunks(INTERRUPTED)) controller.enqueue(chunk);
      controller.close();
    },
    cancel: (reason) => {
      isWanted = false;
      return reader.cancel(reason);
    },
  });
}
