import { expect, test } from "vitest";
import { wellFormedJson, wellFormedJsonText } from "./well-formed-json";

test.each([
  { text: "plain", list: [1, true, null] },
  { "a\0b": "c\0d" },
  ["\ud800", { "\udfff": "x\ud83d" }],
  // Whole pairs, and texts that only look like an escape.
  ["😀", String.raw`\u0000`, String.raw`\ud800`],
])("%j as text has the same that its well-formed copy has", (value) => {
  expect(JSON.parse(wellFormedJsonText(value))).toEqual(wellFormedJson(value));
});
