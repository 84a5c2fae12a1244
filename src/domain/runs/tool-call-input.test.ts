import { expect, test } from "vitest";
import { readToolCallInput, toolCallInput, unreadableInput } from "./tool-call-input";

test.each([
  ['{"path":"a.txt"}', { path: "a.txt" }],
  ["", {}],
  [" \n", {}],
  ["null", {}],
  ["{}", {}],
  ['""', {}],
  ['"null"', {}],
  ['"{\\"path\\":\\"a.txt\\"}"', { path: "a.txt" }],
  [JSON.stringify(JSON.stringify(JSON.stringify({ path: "a.txt" }))), { path: "a.txt" }],
  ['{"content":{"name":"x"}}', { content: { name: "x" } }],
])("the arguments %s are read", (text, input) => {
  expect(readToolCallInput(text)).toEqual(input);
});

test.each([
  ['{"path":"a.txt","content":"A"', /^The arguments were not valid JSON: \{"path":"a\.txt"/],
  ['{"path":"a.txt"}{"path":"b.txt"}', /were not valid JSON/],
  ["{path: 'a.txt'}", /were not valid JSON/],
  ["undefined", /were not valid JSON/],
  ['[{"path":"a.txt"}]', /not a JSON object/],
  ["7", /not a JSON object/],
  ["false", /not a JSON object/],
  ['"a.txt"', /not a JSON object/],
  [`{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`, /nested too deeply/],
  [`{"content":"${"x".repeat(3_000_000)}"}`, /too long/],
])("%#: arguments that are no object become one that says so, and stay short", (text, says) => {
  const input = readToolCallInput(text);
  expect(unreadableInput(input)).toMatch(says);
  expect(JSON.stringify(input).length).toBeLessThan(2000);
  // Once stored and sent back it is what it was.
  expect(toolCallInput(JSON.parse(JSON.stringify(input)))).toEqual(input);
});

test("arguments that the length limit cut are told as cut", () => {
  expect(unreadableInput(readToolCallInput('{"path":"a.t', true))).toMatch(/length limit.*not valid JSON/);
  expect(readToolCallInput('{"path":"a.txt"}', true)).toEqual({ path: "a.txt" });
});

test("half a character in unreadable arguments is not passed on", () => {
  expect(JSON.stringify(readToolCallInput('{"path":"\ud800'))).not.toMatch(/\\ud800/i);
});

test.each([
  [null, {}],
  [undefined, {}],
  ['{"path":"a.txt"}', { path: "a.txt" }],
  [{ path: "a.txt" }, { path: "a.txt" }],
])("of stored arguments, %j becomes an object", (stored, input) => {
  expect(toolCallInput(stored)).toEqual(input);
});

test.each([[["a"]], [7], ["text"]])("stored arguments %j are told as what they are", (stored) => {
  expect(unreadableInput(toolCallInput(stored))).toMatch(/not a JSON object/);
});
