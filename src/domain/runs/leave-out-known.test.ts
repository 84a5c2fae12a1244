import type { LanguageModelV4Prompt } from "@ai-sdk/provider";
import { expect, test } from "vitest";
import { LEAST_TOOL_OUTPUT, MOST_TOOL_OUTPUT, withoutKnown } from "./leave-out-known";

type Value = Record<string, string | boolean | number>;

let calls = 0;
/** A round: the model calls a tool, and gets this. */
function round(toolName: string, input: Value, value: Value): LanguageModelV4Prompt {
  calls += 1;
  const toolCallId = `call_${calls}`;
  return [
    { role: "assistant", content: [{ type: "tool-call", toolCallId, toolName, input }] },
    {
      role: "tool",
      content: [{ type: "tool-result", toolCallId, toolName, output: { type: "json", value } }],
    },
  ];
}
const read = (path: string, content: string) => round("readFile", { path }, { path, content });

/** What the model reads of each result. */
function resultsIn(prompt: LanguageModelV4Prompt): string[] {
  return withoutKnown(prompt).flatMap((message) =>
    message.role === "tool" ? [JSON.stringify(message.content[0])] : [],
  );
}

const text = "line\n".repeat(200);
const other = "other\n".repeat(200);
const SAYS_UNCHANGED = /unchanged.*earlier in this conversation/;

test("a file that has not changed since it was read is not sent again", () => {
  const [first, second] = resultsIn([...read("a.txt", text), ...read("a.txt", text)]);
  expect(first).toContain(JSON.stringify(text));
  expect(second).toMatch(SAYS_UNCHANGED);
  expect(second).not.toContain("line");
});

test.each([
  ["changed meanwhile", [...read("a.txt", text), ...read("a.txt", other)]],
  ["changed and changed back", [...read("a.txt", text), ...read("a.txt", other), ...read("a.txt", text)]],
  ["another file with the same content", [...read("a.txt", text), ...read("b.txt", text)]],
  [
    "written, and not read before",
    [...round("writeFile", { path: "a.txt", content: text }, { size: 1 }), ...read("a.txt", text)],
  ],
  ["short", [...read("a.txt", "short"), ...read("a.txt", "short")]],
  ["a failed read", [...round("readFile", {}, { error: text }), ...round("readFile", {}, { error: text })]],
])("a file is sent if it is %s", (_name, prompt) => {
  expect(resultsIn(prompt).join()).not.toMatch(/unchanged/);
});

/** A conversation of so many rounds, each with a result of 10,000 characters. */
const rounds = Array.from({ length: 60 }, (_, index) =>
  round("searchFiles", {}, { found: `${index} `.padEnd(10_000, "x") }),
);

test("results of old rounds are left out all at once at a limit, and stay as they are between two", () => {
  const left: { at: number; kept: number }[] = [];
  let before: string[] = [];
  for (let length = 1; length <= rounds.length; length += 1) {
    const results = resultsIn(rounds.slice(0, length).flat());
    const kept = results.filter((result) => result.includes("xxx"));
    // The newest ones, and never more than the limit.
    expect(results.slice(-kept.length)).toEqual(kept);
    expect(kept.length).toBeGreaterThanOrEqual(Math.min(length, 7));
    expect(kept.length * 10_000).toBeLessThanOrEqual(MOST_TOOL_OUTPUT);
    const changed = before.findIndex((result, index) => result !== results[index]);
    if (changed >= 0) left.push({ at: length, kept: kept.length });
    before = results;
  }
  // 16 results are kept before the first limit, and nine more come before each further one.
  expect(left).toEqual([16, 25, 34, 43, 52].map((at) => ({ at, kept: 7 })));
  expect(7 * 10_000).toBeLessThanOrEqual(LEAST_TOOL_OUTPUT);
});

test("a file whose reading was left out is sent again when it is read again", () => {
  const long = "long\n".repeat(20_000);
  const results = resultsIn([
    ...read("a.txt", text),
    ...read("b.txt", long),
    ...read("c.txt", long),
    ...read("a.txt", text),
  ]);
  expect(results[0]).toMatch(/left out/);
  expect(results[3]).toContain(JSON.stringify(text));
});

test("the newest round is sent whatever its size", () => {
  expect(resultsIn(read("a.txt", "x".repeat(2 * MOST_TOOL_OUTPUT)))[0]).toContain("xxx");
});
