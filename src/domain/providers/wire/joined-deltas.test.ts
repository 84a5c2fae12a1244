import { expect, test } from "vitest";
import { joinedDeltas } from "./joined-deltas";

const text = (delta: string, more = "") =>
  `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":${JSON.stringify(delta)}}${more}}`;
const piece = (delta: object, more: object = {}) =>
  JSON.stringify({ id: "c", created: 1, choices: [{ index: 0, delta, finish_reason: null }], ...more });

test("neighbours that differ only in the text they add become one, whatever stands in it", () => {
  const words = ['a "quote"', "\\", 'back\\slash"', "line\n", "✓ \ud83d", "\ude00", '"text":"', ""];
  const read = joinedDeltas(words.map((word) => text(word))).map((event) => JSON.parse(event) as unknown);
  expect(read).toEqual([words.join(""), ""].map((word) => JSON.parse(text(word)) as unknown));
});

test("padding does not keep them apart", () => {
  expect(joinedDeltas([text("a", "   "), text("b")])).toEqual([text("ab")]);
  const padded = ["x", "yy"].map((obfuscation) => piece({ content: "a" }, { usage: null, obfuscation }));
  expect(joinedDeltas(padded)).toEqual([piece({ content: "aa" }, { usage: null })]);
});

test.each<[string, string[]]>([
  ["parts of another index", [text("a"), text("b").replace('"index":0', '"index":1')]],
  ["a text and a thought", [piece({ content: "a" }), piece({ reasoning_content: "b" })]],
  ["what adds a second text", [1, 2].map(() => piece({ reasoning: "a", content: "b" }))],
  ["what adds one under another name", [1, 2].map(() => piece({ content: "b", summary_text: "a" }))],
  [
    "calls that begin",
    [1, 2].map(() => piece({ tool_calls: [{ function: { name: "f", arguments: "{}" } }] })),
  ],
  [
    "a piece and one with the reason for the end",
    [piece({ content: "a" }), piece({ content: "b" }).replace("null", '"stop"')],
  ],
  ["two with a reason", [1, 2].map(() => piece({ content: "b" }).replace("null", '"stop"'))],
  ["texts without an end", ['{"text":"a', '{"text":"b']],
])("%s stay apart", (_what, events) => {
  expect(joinedDeltas(events)).toEqual(events);
});

test("what stands between two pieces keeps its place", () => {
  expect(joinedDeltas([text("a"), text("b"), "[DONE]", text("c"), text("d")])).toEqual([
    text("ab"),
    "[DONE]",
    text("cd"),
  ]);
});
