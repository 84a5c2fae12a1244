import type { IncomingMessage, ServerResponse } from "node:http";
import type { AnswerReshaping, StreamFacts } from "./dialects/dialect";
import type { Interruption } from "./key-behaviours";

/** Deltas passed on before the stream is broken. */
const DELTAS_BEFORE = 12;

export interface Interrupting {
  how: Interruption;
  requestId: string;
  stream: StreamFacts;
  reshaping: AnswerReshaping;
}

/**
 * Passes on the first part of a good answer and then breaks it in the given way.
 *
 * aimock can break off a stream but neither report an error inside it, nor break its JSON, nor stall; all are
 * done here, on its real stream, so that the good part has the usual format.
 */
export function interruptStream(
  upstream: IncomingMessage,
  response: ServerResponse,
  { how, requestId, stream, reshaping }: Interrupting,
): void {
  let deltas = 0;
  let held = "";
  let done = false;
  const ruin = () => {
    done = true;
    upstream.destroy();
    endings[how](response, stream, requestId);
  };
  upstream.setEncoding("utf8");
  upstream.on("data", (chunk: string) => {
    if (done) return;
    const events = `${held}${chunk}`.split("\n\n");
    held = events.pop() ?? "";
    for (const event of events.flatMap((whole) => reshaping.event(whole))) {
      const step = stream.stepOf(event);
      if (step === "end" || deltas === DELTAS_BEFORE) return ruin();
      if (step === "delta") deltas++;
      response.write(`${event}\n\n`);
    }
  });
  upstream.on("end", () => {
    // Not an event stream: send half of the answer.
    if (done) return;
    response.write(held.slice(0, held.length / 2));
    ruin();
  });
}

type Ending = (response: ServerResponse, stream: StreamFacts, requestId: string) => void;

const endings: Record<Interruption, Ending> = {
  "mid-stream-error": (response, stream, requestId) => {
    response.end(`${stream.error(requestId)}\n\n`);
  },
  "broken-stream": (response, stream) => {
    response.end(`${stream.broken}\n\n`);
  },
  "hangs-up": (response) => {
    // The written part has to leave first: destroy() throws away what is still queued, and then no delta
    // would arrive.
    response.write("", () => response.socket?.destroy());
  },
  stalls: () => {},
};
