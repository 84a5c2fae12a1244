import {
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  integer,
  json,
  nat,
  oneof,
  option,
  record,
  stringMatching,
  tuple,
  uint8Array,
} from "fast-check";
import { describe, expect, test } from "vitest";
import type { ProviderId } from "@/contracts/provider";
import { goodAnswers, sse } from "./answer-events";
import { type ReadBytes, readBytes } from "./read-bytes";

const families = Object.keys(goodAnswers) as (keyof typeof goodAnswers)[];

const whole = (provider: ProviderId): ReadBytes => ({
  text: "whöle ✓",
  thoughts: provider === "openai" ? "" : "Hm.",
  calls: [{ name: "writeFile", input: '{"path":"a"}' }],
  finish: "tool-calls",
  usage: [21, 13],
  failure: null,
  requests: 1,
});

/** What servers send to keep a connection open, or will send one day. */
const interludes = constantFrom(
  ": keep-alive\n\n",
  ":\n",
  "\n",
  "data:\n\n",
  "data: \n\n",
  "data: : OPENROUTER PROCESSING\n\n",
  "data: {}\n\n",
  "data: null\n\n",
  "data: ping\n\n",
  "data: [KEEPALIVE]\n\n",
  "data: <heartbeat> 17\n\n",
  "data: .\n\n",
  "event: timing\ndata: 17 ms\n\n",
  'event: ping\ndata: {"type":"ping"}\n\n',
  'event: ping\ndata: {"type":"ping","at":17}\n\n',
  "event: heartbeat\ndata: 1\n\n",
  "id: 7\nretry: 100\n\n",
  'event: new_thing\ndata: {"type":"new_thing","x":{"y":[1]}}\n\n',
);

const lineEnds = constantFrom("\n", "\r\n", "\r");

function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].toSorted((a, b) => a - b);
  return [0, ...places].map((start, index) => bytes.subarray(start, places[index] ?? bytes.length));
}

/** Each event with a field of which nothing is known. */
function withUnknownField(text: string, name: string): string {
  return text.replaceAll("data: {", `data: {"x_${name}":null,"x_more":{"a":[{}]},`);
}

const encoder = new TextEncoder();

describe.each(families)("%s", (provider) => {
  test("cut anywhere, with any line ends, keep-alives and unknown events and fields, an answer stays the same", async () => {
    const noise = record({
      cuts: array(nat(), { maxLength: 12 }),
      isEventByEvent: boolean(),
      inserted: array(tuple(nat(), interludes), { maxLength: 6 }),
      lineEnd: lineEnds,
      hasMark: boolean(),
      type: constantFrom("text/event-stream", "application/json", "text/plain", "text/html", ""),
      field: option(stringMatching(/^[a-z]{1,8}$/), { nil: undefined }),
    });
    await assert(
      asyncProperty(noise, async ({ cuts, isEventByEvent, inserted, lineEnd, hasMark, type, field }) => {
        const events: string[] = goodAnswers[provider].map((text) =>
          field === undefined ? text : withUnknownField(text, field),
        );
        for (const [place, text] of inserted) events.splice(place % events.length, 0, text);
        const texts = events.map((text) => text.replaceAll("\n", lineEnd));
        if (hasMark) texts.unshift("\uFEFF");
        const pieces = isEventByEvent ? texts : cutAt(encoder.encode(texts.join("")), cuts);
        const headers: Record<string, string> = type === "" ? {} : { "content-type": type };
        expect(await readBytes(provider, { pieces, headers })).toEqual(whole(provider));
      }),
      { numRuns: 40 },
    );
  });

  test("random bytes are a failure of a known kind, under any content type", async () => {
    const piece = oneof(
      uint8Array({ maxLength: 40 }),
      constantFrom(
        ...["data: ", "\n\n", "{", "[", '"', "event: error\n", "<", "}", sse("[DONE]")].map((text) =>
          encoder.encode(text),
        ),
      ),
      json({ maxDepth: 3 }).map((json) => encoder.encode(sse(json))),
    );
    const types = constantFrom("text/event-stream", "application/json", "text/plain", "", "image/png");
    await assert(
      asyncProperty(array(piece, { maxLength: 8 }), types, async (pieces, type) => {
        const headers: Record<string, string> = type === "" ? {} : { "content-type": type };
        const read = await readBytes(provider, { pieces, headers });
        expect(read).toMatchObject({ text: "", calls: [] });
        // An answer without content is told as such by the run.
        expect(read.failure ?? "stop").toMatch(/^(provider_[a-z_]+|stream_interrupted|stop)$/);
      }),
      { numRuns: 40 },
    );
  });

  test("whatever breaks off in the middle of an answer, what came before is kept", async () => {
    const events: string[] = [...goodAnswers[provider]];
    await assert(
      asyncProperty(
        integer({ min: 1, max: events.length - 2 }),
        constantFrom('data: {"choices":[{', "broken", "error"),
        async (count, fault) => {
          const before = events.slice(0, count);
          const error = sse({
            type: "error",
            error: { type: "overloaded_error", message: "overloaded", code: 503 },
          });
          const pieces =
            fault === "broken" ? before : [...before, fault === "error" ? error : `${fault}\n\n`];
          const read = await readBytes(provider, { pieces, ends: fault === "broken" ? "broken" : "closed" });
          const text = before.join("").includes("le ✓")
            ? "whöle ✓"
            : before.join("").includes("whö")
              ? "whö"
              : "";
          expect(read.text).toBe(text);
          const hasFinish = /"(finish_reason|stop_reason|finishReason)":"/.test(before.join(""));
          const codes: Record<string, string | null> = {
            broken: hasFinish ? null : "stream_interrupted",
            error: "provider_overloaded",
          };
          expect(read.failure).toBe(
            fault in codes ? codes[fault] : hasFinish ? null : "provider_bad_response",
          );
        },
      ),
      { numRuns: 20 },
    );
  });
});
