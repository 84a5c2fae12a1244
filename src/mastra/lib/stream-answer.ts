import { UI_MESSAGE_STREAM_HEADERS } from "ai";
import { runHeaders } from "@/domain/runs/run-rows";
import { keepStreamAlive } from "@/lib/http/keep-stream-alive";

/**
 * `no-transform` turns off the server's compression: flushing gzip for every token took a fifth of the CPU
 * time of a message and saved few bytes. `x-accel-buffering` makes an nginx in front pass tokens on
 * immediately.
 */
const STREAM_HEADERS = {
  ...UI_MESSAGE_STREAM_HEADERS,
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
};

/** Answers a viewer with the events of a run. @param signal aborted when the viewer is gone */
export function streamAnswer(
  { events, ...run }: { runId: string; questionId: string | null; events: ReadableStream<Uint8Array> },
  signal: AbortSignal,
): Response {
  const kept = keepStreamAlive(events);
  cancelUnread(kept, signal);
  return new Response(kept, { headers: { ...STREAM_HEADERS, ...runHeaders(run) } });
}

/**
 * Of a client that is gone before its answer begins, Next neither reads the answer nor cancels it: what the
 * viewer holds would never be released.
 */
function cancelUnread(events: ReadableStream, signal: AbortSignal): void {
  const cancel = () => {
    // Locked means that somebody reads it, who cancels it too.
    if (!events.locked) events.cancel().catch(() => undefined);
  };
  if (signal.aborted) setImmediate(cancel);
  else signal.addEventListener("abort", () => setImmediate(cancel), { once: true });
}
