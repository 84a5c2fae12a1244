import { expect, test } from "vitest";
import {
  changedPath,
  countLines,
  refusalOf,
  type ToolCall,
  toolCallOf,
  toolCallSummary,
} from "./tool-call-summary";

const call = (toolName: string, args: ToolCall["args"], result?: unknown, isError = false): ToolCall => ({
  id: "1",
  toolName,
  args,
  result,
  isError,
});
const app = { path: "src/app.js", content: "a\nb\nc\n" };

test.each([
  [call("writeFile", app), "running", "Writing src/app.js"],
  [call("writeFile", app, { path: "src/app.js", created: true }), "done", "Wrote src/app.js · 3 lines"],
  [call("writeFile", { path: "x", content: "one" }, {}), "done", "Wrote x · 1 line"],
  [call("editFile", { path: "x" }, { path: "x", size: 3 }), "done", "Edited x"],
  [call("readFile", { path: "x" }, { path: "x", content: "" }), "done", "Read x · no lines"],
  [call("deleteFile", { path: "x" }, { deleted: true }), "done", "Deleted x"],
  [call("listFiles", {}, { files: [1, 2] }), "done", "Looked at the project's files · 2 files"],
  [
    call("searchFiles", { query: "todo" }, { matches: [1], more: false }),
    "done",
    "Searched for “todo” · 1 match",
  ],
  [
    call("searchFiles", { query: "a" }, { matches: [1, 2], more: true }),
    "done",
    "Searched for “a” · 2 matches and more",
  ],
  [call("somethingNew", {}, "ok"), "done", "Ran somethingNew"],
] as const)("%# reads like a sentence", (given, state, text) => {
  expect(toolCallSummary(given, true)).toEqual({ state, text });
});

test("a call that the tool refused is not shown as done", () => {
  const refused = call("editFile", { path: "x" }, { error: "The text to replace does not stand in x." });
  expect(toolCallSummary(refused, true)).toEqual({ state: "failed", text: "Could not edit x" });
  expect(refusalOf(refused)).toBe("The text to replace does not stand in x.");
});

test.each([
  [{ error: true, message: "The input does not fit." }, false, "The input does not fit."],
  [{ error: { message: "No." } }, false, "No."],
  [{ error: {} }, false, "The tool failed."],
  [{ error: "" }, true, "The tool failed."],
  [undefined, true, "The tool failed."],
])("an output with an error in any form (%j) is shown as failed", (result, isError, says) => {
  const failed = call("writeFile", { path: "package.json", content: {} }, result, isError);
  expect(toolCallSummary(failed, false)).toEqual({ state: "failed", text: "Could not write package.json" });
  expect(refusalOf(failed)).toBe(says);
});

test("what a failed call was given is named too, if its input did not fit", () => {
  const part = {
    type: "tool-writeFile",
    state: "output-error",
    toolCallId: "1",
    input: undefined,
    rawInput: { path: "a.txt" },
    errorText: "no",
  } as const;
  expect(toolCallSummary(toolCallOf(part) as ToolCall, false).text).toBe("Could not write a.txt");
});

test("a call that was cut off by Stop does not spin forever", () => {
  expect(toolCallSummary(call("writeFile", app), false)).toEqual({
    state: "stopped",
    text: "Stopped before it could write src/app.js",
  });
});

test.each([undefined, 7, null, { toString: () => "x" }])(
  "arguments that have not arrived yet (%j) break nothing",
  (path) => {
    expect(toolCallSummary(call("writeFile", { path, content: path }), true).text).toBe("Writing");
  },
);

test("only tools that change files refresh the files panel", () => {
  expect(changedPath(call("writeFile", app))).toBe("src/app.js");
  expect(changedPath(call("readFile", app))).toBeNull();
  expect(changedPath(call("deleteFile", {}))).toBeNull();
});

test("a trailing line break is not another line", () => {
  expect([countLines(""), countLines("a"), countLines("a\n"), countLines("a\n\n")]).toEqual([0, 1, 1, 2]);
});
