import type { IncomingMessage, ServerResponse } from "node:http";
import type { Interruption } from "./key-behaviours";

/** Text deltas let through before the stream is ruined. */
const DELTAS_BEFORE = 12;

/**
 * Passes the first part of a good answer on and then ruins it in the given way.
 *
 * aimock can break off a stream but neither report an error inside it, nor break its JSON, nor stall; all four are done
 * here, on its real stream, so that the good part has the same form as ever.
 */
export function interruptStream(
  upstream: IncomingMessage,
  response: ServerResponse,
  how: Interruption,
): void {
  let deltas = 0;
  let held = "";
  let done = false;
  const ruin = () => {
    done = true;
    upstream.destroy();
    endings[how](response);
  };
  upstream.setEncoding("utf8");
  upstream.on("data", (chunk: string) => {
    if (done) return;
    const events = `${held}${chunk}`.split("\n\n");
    held = events.pop() ?? "";
    for (const event of events) {
      if (event.startsWith("event: content_block_stop") || deltas === DELTAS_BEFORE) return ruin();
      if (event.startsWith("event: content_block_delta")) deltas++;
      response.write(`${event}\n\n`);
    }
  });
  upstream.on("end", () => {
    // Not an event stream: a whole answer, of which half arrives.
    if (done) return;
    response.write(held.slice(0, held.length / 2));
    ruin();
  });
}

const endings: Record<Interruption, (response: ServerResponse) => void> = {
  "mid-stream-error": (response) => {
    const error = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
    response.end(`event: error\ndata: ${JSON.stringify(error)}\n\n`);
  },
  "broken-stream": (response) => {
    response.end(
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"ty\n\n',
    );
  },
  "hangs-up": (response) => {
    // The written part has to leave first: destroy() throws away what is still queued, and then no delta would arrive.
    response.write("", () => response.socket?.destroy());
  },
  stalls: () => {},
};
