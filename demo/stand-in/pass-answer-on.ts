import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline, Transform } from "node:stream";
import { text } from "node:stream/consumers";
import type { AnswerReshaping } from "./dialects/dialect";
import { parsedJson } from "./json";

/** Passes on a stream of events as it arrives, each in the provider's format. */
export function passStreamOn(
  upstream: IncomingMessage,
  response: ServerResponse,
  reshaping: AnswerReshaping,
): void {
  let held = "";
  const reshape = new Transform({
    decodeStrings: false,
    transform(chunk: string, _encoding, done) {
      const events = `${held}${chunk}`.split("\n\n");
      held = events.pop() ?? "";
      const reshaped = events.flatMap((event) => reshaping.event(event));
      done(null, reshaped.map((event) => `${event}\n\n`).join(""));
    },
    // An incomplete event at the end is passed on unchanged.
    flush(done) {
      done(null, held);
    },
  });
  // If the client or the model disconnects, the other side ends too; the journal records it.
  pipeline(upstream.setEncoding("utf8"), reshape, response, () => {});
}

/** Passes on a non-streamed answer in the provider's format. */
export async function passWholeAnswerOn(
  upstream: IncomingMessage,
  response: ServerResponse,
  reshaping: AnswerReshaping,
): Promise<void> {
  try {
    const body = await text(upstream);
    const json = parsedJson(body);
    response.end(json === undefined ? body : JSON.stringify(reshaping.whole(json)));
  } catch {
    response.destroy();
  }
}
