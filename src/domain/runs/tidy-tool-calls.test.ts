import type { LanguageModelV4, LanguageModelV4Prompt, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { convertArrayToReadableStream, convertReadableStreamToArray } from "ai/test";
import { expect, test } from "vitest";
import { withMiddleware } from "@/domain/providers/wire/with-middleware";
import { tidyToolCalls } from "./tidy-tool-calls";
import { unreadableInput } from "./tool-call-input";

const USAGE = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

function modelOf(parts: LanguageModelV4StreamPart[]): LanguageModelV4 {
  return {
    specificationVersion: "v4",
    provider: "test",
    modelId: "test",
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error("not used")),
    doStream: () => Promise.resolve({ stream: convertArrayToReadableStream(parts) }),
  };
}

const call = (toolCallId: string, input: string, toolName = "readFile"): LanguageModelV4StreamPart[] => [
  { type: "tool-input-start", id: toolCallId, toolName },
  { type: "tool-input-delta", id: toolCallId, delta: input },
  { type: "tool-input-end", id: toolCallId },
  { type: "tool-call", toolCallId, toolName, input },
];
const finish = (unified: "tool-calls" | "length"): LanguageModelV4StreamPart => ({
  type: "finish",
  usage: USAGE,
  finishReason: { unified, raw: unified },
});

async function tidied(parts: LanguageModelV4StreamPart[], prompt: LanguageModelV4Prompt = []) {
  const model = withMiddleware(modelOf(parts), tidyToolCalls);
  const tools = [{ type: "function" as const, name: "readFile", inputSchema: {} }];
  const { stream } = await model.doStream({ prompt, tools });
  return convertReadableStreamToArray(stream);
}

const callsIn = (parts: LanguageModelV4StreamPart[]) => parts.filter((part) => part.type === "tool-call");

test("an id of an earlier round gets another, the same in all parts of its call", async () => {
  const earlier: LanguageModelV4Prompt = [
    {
      role: "assistant",
      content: [{ type: "tool-call", toolCallId: "call_0", toolName: "readFile", input: {} }],
    },
  ];
  const parts = await tidied(
    [...call("call_0", "{}"), ...call("call_1", "{}"), finish("tool-calls")],
    earlier,
  );
  const ids = parts.flatMap((part) =>
    "id" in part ? [part.id] : "toolCallId" in part ? [part.toolCallId] : [],
  );
  expect(new Set(ids.slice(0, 3)).size).toBe(1);
  expect(ids[0]).not.toBe("call_0");
  expect(ids.slice(3)).toEqual(["call_1", "call_1", "call_1"]);
});

test("two calls of one answer with the same id stay apart, also if they overlap", async () => {
  const [first, second] = [call("call_0", '{"path":"a"}'), call("call_0", '{"path":"b"}')];
  const after = callsIn(await tidied([...first, ...second, finish("tool-calls")]));
  expect(after.map(({ input }) => input)).toEqual(['{"path":"a"}', '{"path":"b"}']);
  expect(after[0]?.toolCallId).not.toBe(after[1]?.toolCallId);
  const overlapping = [...first.slice(0, 2), ...second.slice(0, 2), ...first.slice(2), ...second.slice(2)];
  const parts = await tidied([...overlapping, finish("tool-calls")]);
  const begun = parts.flatMap((part) => (part.type === "tool-input-start" ? [part.id] : []));
  expect(callsIn(parts).map(({ toolCallId }) => toolCallId)).toEqual(begun);
});

test("arguments are a JSON object, or one that says what they were", async () => {
  const parts = await tidied([
    ...call("a", "null"),
    ...call("b", '"{\\"path\\":\\"x\\"}"'),
    ...call("c", '{"path":"x"'),
    finish("tool-calls"),
  ]);
  const inputs = callsIn(parts).map(({ input }) => JSON.parse(input) as unknown);
  expect(inputs.slice(0, 2)).toEqual([{}, { path: "x" }]);
  expect(unreadableInput(inputs[2])).toMatch(/^The arguments were not valid JSON/);
  expect(parts.at(-1)?.type).toBe("finish");
});

test("arguments that broke off where the answer was cut are told as that", async () => {
  const [cut] = callsIn(await tidied([...call("a", '{"path":"x'), finish("length")]));
  expect(unreadableInput(JSON.parse(cut?.input ?? ""))).toMatch(/length limit/);
});

test("a call arrives although the stream ends without a finish", async () => {
  expect(callsIn(await tidied(call("a", "{")))).toHaveLength(1);
});

test("a name no tool has is passed on in a form every provider takes", async () => {
  const parts = await tidied([...call("a", "{}", "x y".repeat(50)), finish("tool-calls")]);
  const names = parts.flatMap((part) => ("toolName" in part ? [part.toolName] : []));
  expect(names.map((name) => /^[a-zA-Z0-9_-]{1,64}$/.test(name))).toEqual([true, true]);
  expect(callsIn(await tidied(call("a", "{}", "functions.readFile:3")))[0]?.toolName).toBe("readFile");
});
