import { UI_MESSAGE_STREAM_HEADERS } from "ai";
import { runHeaders } from "@/domain/runs/run-rows";

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

/** Answers a viewer with the events of a run. */
export function streamAnswer({
  events,
  ...run
}: {
  runId: string;
  questionId: string | null;
  events: ReadableStream<Uint8Array>;
}): Response {
  return new Response(events, { headers: { ...STREAM_HEADERS, ...runHeaders(run) } });
}
