import type { ChatError } from "@/contracts/chat";
import { INTERRUPTED, refusalOf, UNREACHABLE, UNREADABLE } from "./chat-failure";
import { batchDeltas } from "./delta-batcher";
import { randomUuid } from "./random-uuid";

/** The network failed before there was any answer. */
export function unreachableResponse(): Response {
  return failureResponse(UNREACHABLE);
}

/**
 * Makes every way a request to the agent can fail look the same: an answer of the assistant that carries a
 * `data-chat-error` part. So the error stays on its message, whereas useChat's own `error` belongs to the
 * last one.
 *
 * - A refusal (the body of an error answer, any status) becomes such an answer.
 * - A stream that breaks off, or ends without its last chunk, gets one at its end.
 */
export async function chatResponse(response: Response): Promise<Response> {
  if (!response.ok) return failureResponse(await refusalOf(response));
  if (!response.body || !response.headers.get("content-type")?.startsWith("text/event-stream")) {
    return failureResponse(UNREADABLE);
  }
  return new Response(endProperly(response.body), { status: response.status, headers: response.headers });
}

function failureResponse(failure: ChatError): Response {
  const start = { type: "start", messageId: `unsent-${randomUuid()}` };
  return new Response(`${event(start)}${failureEvents(failure)}`, {
    headers: { "content-type": "text/event-stream" },
  });
}

function failureEvents(failure: ChatError): string {
  return (
    event({ type: "data-chat-error", data: failure }) + event({ type: "error", errorText: failure.message })
  );
}

function event(chunk: object): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/** One of these is the last chunk of a complete UI message stream. */
const LAST_CHUNK = /^data:\s*\{"type":"(?:finish|error|abort)"/m;

function endProperly(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let isWanted = true;
  return new ReadableStream<Uint8Array>({
    async start(controller) {
      const encoder = new TextEncoder();
      const decoder = new TextDecoder();
      const { push, flush } = batchDeltas((sent) => {
        if (isWanted) controller.enqueue(encoder.encode(`${sent}\n\n`));
      });
      let unfinished = "";
      let isComplete = false;
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          const events = (unfinished + decoder.decode(value, { stream: true })).split("\n\n");
          unfinished = events.pop() ?? "";
          for (const received of events) {
            isComplete ||= LAST_CHUNK.test(received);
            push(received);
          }
        }
      } catch (error) {
        flush();
        // Stopped by the person: useChat knows and keeps what arrived.
        if (error instanceof Error && error.name === "AbortError") {
          controller.error(error);
          return;
        }
        isComplete = false;
      }
      flush();
      if (!isWanted) return;
      // An event that was cut in the middle is of no use to anybody.
      if (!isComplete) controller.enqueue(encoder.encode(failureEvents(INTERRUPTED)));
      controller.close();
    },
    cancel: (reason) => {
      isWanted = false;
      return reader.cancel(reason);
    },
  });
}
