import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline, Transform } from "node:stream";
import { text } from "node:stream/consumers";
import type { AnswerReshaping } from "./dialects/dialect";
import { parsedJson } from "./json";

/** Passes a stream of events on as it comes, each in the provider's own form. */
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
    // What did not end like an event is no event, and goes on as it came.
    flush(done) {
      done(null, held);
    },
  });
  // A client that hangs up and a model that breaks off end the other side too; the journal notes it, nobody else asks.
  pipeline(upstream.setEncoding("utf8"), reshape, response, () => {});
}

/** Passes an answer that is no stream on in the provider's own form. */
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
