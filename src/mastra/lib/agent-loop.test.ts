import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { RequestContext } from "@mastra/core/request-context";
import { createTool } from "@mastra/core/tools";
import { expect, test } from "vitest";
import { z } from "zod";
import { ChunkSink } from "@/domain/runs/chunk-sink";
import type { RunChunk } from "@/domain/runs/run";
import { type AgentLoop, agentLoop } from "./agent-loop";

type Part = LanguageModelV4StreamPart;

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};
const end = (unified: "stop" | "tool-calls" | "length" = "stop"): Part => ({
  type: "finish",
  usage,
  finishReason: { unified, raw: unified },
});
const call = (toolCallId: string, toolName: string, input: string): Part => ({
  type: "tool-call",
  toolCallId,
  toolName,
  input,
});
const text = (...deltas: string[]): Part[] => [
  { type: "text-start", id: "t" },
  ...deltas.map((delta): Part => ({ type: "text-delta", id: "t", delta })),
  { type: "text-end", id: "t" },
];

/** A provider that answers each request with the next parts; a promise among them is waited for. */
function provider(...answers: (Part | Promise<Part>)[][]) {
  const asked: LanguageModelV4CallOptions[] = [];
  const read = { parts: 0, cancelled: 0 };
  const model: AgentLoop["model"] = {
    doStream: async (options) => {
      asked.push(options);
      const parts = answers[asked.length - 1] ?? [...text("more"), end()];
      let next = 0;
      const stream = new ReadableStream<Part>(
        {
          async pull(controller) {
            const part = await parts[next++];
            read.parts += 1;
            if (part) controller.enqueue(part);
            else controller.close();
          },
          cancel: () => {
            read.cancelled += 1;
          },
        },
        { highWaterMark: 0 },
      );
      return { stream };
    },
  };
  return { model, asked, read };
}

/** @param options.onChunk called for each, as it arrives */
function start(
  model: AgentLoop["model"],
  { onChunk, ...options }: Partial<AgentLoop> & { onChunk?: (chunk: RunChunk) => void } = {},
) {
  const chunks: RunChunk[] = [];
  const sink = new ChunkSink((taken) => {
    chunks.push(...taken);
    if (onChunk) taken.forEach(onChunk);
  });
  const order: string[] = [];
  const note = createTool({
    id: "note",
    description: "Notes a word.",
    inputSchema: z.object({ word: z.string().min(1).max(5) }),
    execute: async ({ word }) => {
      order.push(`begin ${word}`);
      await new Promise(setImmediate);
      order.push(`end ${word}`);
      if (word === "boom") throw new Error("select 'secret'");
      return { noted: word };
    },
  });
  const answered = agentLoop({
    model,
    prompt: [{ role: "user", content: [{ type: "text", text: "Go." }] }],
    tools: { note },
    requestContext: new RequestContext(),
    maxSteps: 3,
    signal: new AbortController().signal,
    sink,
    onError: () => "It failed.",
    ...options,
  });
  const all = async () => {
    await answered;
    await sink.end();
    return chunks;
  };
  return { all, order };
}

const typesOf = (chunks: RunChunk[]) => chunks.map(({ type }) => type);

test("tools are called one after the other, and the next request repeats what was said and what they answered", async () => {
  const { model, asked } = provider([
    { type: "reasoning-start", id: "r" },
    { type: "reasoning-delta", id: "r", delta: "Hm.", providerMetadata: { anthropic: { signature: "s" } } },
    { type: "reasoning-end", id: "r" },
    ...text("Noting."),
    call("1", "note", '{"word":"one"}'),
    call("2", "note", '{"word":"two"}'),
    end("tool-calls"),
  ]);
  const { all, order } = start(model);
  const chunks = await all();
  expect(order).toEqual(["begin one", "end one", "begin two", "end two"]);
  expect(asked[1]?.prompt.slice(1)).toEqual([
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "Hm.", providerOptions: { anthropic: { signature: "s" } } },
        { type: "text", text: "Noting." },
        { type: "tool-call", toolCallId: "1", toolName: "note", input: { word: "one" } },
        { type: "tool-call", toolCallId: "2", toolName: "note", input: { word: "two" } },
      ],
    },
    {
      role: "tool",
      content: ["one", "two"].map((noted, index) => ({
        type: "tool-result",
        toolCallId: String(index + 1),
        toolName: "note",
        output: { type: "json", value: { noted } },
      })),
    },
  ]);
  expect(typesOf(chunks).filter((type) => /step|finish|output/.test(type))).toEqual([
    "start-step",
    "tool-output-available",
    "tool-output-available",
    "finish-step",
    "start-step",
    "finish-step",
    "finish",
  ]);
  expect(JSON.stringify(asked[0]?.tools)).toBe(JSON.stringify(asked[1]?.tools));
});

test.each<[string, string, string, RegExp, boolean?]>([
  ["an unknown tool", "nope", "{}", /no tool of this name.*: note\./],
  ["a name that every object has", "constructor", "{}", /no tool of this name/],
  ["input that does not fit", "note", '{"word":5}', /word.*expected string/, true],
  ["a tool that throws", "note", '{"word":"boom"}', /^This failed because of a problem on the server/],
])(
  "%s is a failed call that the model reads, and no failure of the answer",
  async (_what, name, input, says, isRefusal = false) => {
    const { model, asked } = provider([call("1", name, input), end("tool-calls")]);
    const chunks = await start(model).all();
    expect(typesOf(chunks)).not.toContain("error");
    const result = asked[1]?.prompt.at(-1)?.content[0];
    expect(result).toMatchObject({ type: "tool-result", toolCallId: "1" });
    const { value } = (result as { output: { value: unknown } }).output;
    // A tool's way to refuse, which the page shows as failed too, or a call that could not be made.
    const read = isRefusal ? (value as { error: unknown }).error : value;
    expect(read).toMatch(says);
    const shown = isRefusal ? "tool-output-available" : "tool-output-error";
    expect(typesOf(chunks).filter((type) => type.startsWith("tool-output"))).toEqual([shown]);
    expect(JSON.stringify(asked)).not.toContain("secret");
    expect(chunks.at(-1)).toEqual({ type: "finish", finishReason: "stop" });
  },
);

test("the last of the steps ends the answer, which says so", async () => {
  const { model, asked } = provider(
    ...[1, 2, 3, 4].map((id) => [call(`${id}`, "note", "{}"), end("tool-calls")]),
  );
  expect((await start(model).all()).at(-1)).toEqual({ type: "finish", finishReason: "tool-calls" });
  expect(asked).toHaveLength(3);
});

test("an answer that was cut off is not continued, and its calls have ended", async () => {
  const { model, asked } = provider([call("1", "note", "{}"), end("length")]);
  const chunks = await start(model).all();
  expect(asked).toHaveLength(1);
  expect(typesOf(chunks)).toContain("tool-output-available");
  expect(chunks.at(-1)).toEqual({ type: "finish", finishReason: "length" });
});

test.each<[string, Part[]]>([
  ["alone", [...text("Half"), { type: "error", error: new Error("overloaded") }, ...text("never")]],
  [
    "twice",
    [
      { type: "error", error: new Error("one") },
      { type: "error", error: new Error("two") },
    ],
  ],
  ["after a call", [call("1", "note", '{"word":"one"}'), { type: "error", error: new Error("overloaded") }]],
])(
  "an error in the stream is told once, calls no tool, and ends the provider's answer: %s",
  async (_how, parts) => {
    const { model, asked, read } = provider(parts);
    const { all, order } = start(model);
    const chunks = await all();
    expect(typesOf(chunks).slice(-3)).toEqual(["error", "finish-step", "finish"]);
    expect(typesOf(chunks).filter((type) => type === "error")).toHaveLength(1);
    expect({ order, requests: asked.length, cancelled: read.cancelled }).toEqual({
      order: [],
      requests: 1,
      cancelled: 1,
    });
  },
);

test("a request that cannot be sent is told like one that failed", async () => {
  const model = { doStream: () => Promise.reject(new Error("refused")) };
  expect(await start(model).all()).toEqual([
    { type: "start-step" },
    { type: "error", errorText: "It failed." },
    { type: "finish-step" },
    { type: "finish", finishReason: "error" },
  ]);
});

test("a stopped answer ends at once, at the provider too, and is neither finished nor failed", async () => {
  const stop = new AbortController();
  const never = new Promise<Part>(() => undefined);
  const { model, asked } = provider([...text("Half"), never]);
  // As `fetch` does: what is being read fails with the signal.
  const aborting: AgentLoop["model"] = {
    doStream: async (options) => {
      const { stream } = await model.doStream(options);
      return {
        stream: stream.pipeThrough(
          new TransformStream(),
          options.abortSignal && { signal: options.abortSignal },
        ),
      };
    },
  };
  const onChunk = ({ type }: RunChunk) => {
    if (type === "text-end") stop.abort();
  };
  const chunks = await start(aborting, { signal: stop.signal, onChunk }).all();
  expect(typesOf(chunks).slice(-2)).toEqual(["text-end", "abort"]);
  expect(asked[0]?.abortSignal?.aborted).toBe(true);
});

test("a stopped answer does not wait for the tool that is at work, and calls no other", async () => {
  const stop = new AbortController();
  const { model, asked } = provider([
    call("1", "wait", "{}"),
    call("2", "note", '{"word":"two"}'),
    end("tool-calls"),
  ]);
  const wait = createTool({
    id: "wait",
    description: "Waits.",
    inputSchema: z.object({}),
    execute: () => {
      stop.abort();
      return new Promise<never>(() => undefined);
    },
  });
  const chunks = await start(model, { signal: stop.signal, tools: { wait } }).all();
  expect(typesOf(chunks).slice(-2)).toEqual(["tool-input-available", "abort"]);
  expect(asked).toHaveLength(1);
});

test("deltas that arrive together are passed on together, whole and in order, the first one at once", async () => {
  const deltas = Array.from({ length: 30_000 }, (_, index) => `${index} `);
  const { model } = provider([...text(...deltas), end()]);
  const written = (await start(model).all()).flatMap((each) =>
    each.type === "text-delta" ? [each.delta] : [],
  );
  expect(written.join("")).toBe(deltas.join(""));
  expect(written.length).toBeLessThan(deltas.length / 2);
});

test("of an answer of many parts, the provider is read no faster than they are taken", async () => {
  const parts = Array.from({ length: 10_000 }, (_, index): Part => ({ type: "text-start", id: `t${index}` }));
  const { model, read } = provider([...parts, end()]);
  const { all } = start(model);
  await new Promise(setImmediate);
  expect(read.parts).toBeLessThan(1000);
  expect(await all()).toHaveLength(2 * 10_000 + 3);
});

test("text whose beginning or end was left out is shown with both", async () => {
  const { model } = provider([{ type: "text-delta", id: "t", delta: "Hello" }, end()]);
  expect(typesOf(await start(model).all())).toEqual([
    "start-step",
    "text-start",
    "text-delta",
    "text-end",
    "finish-step",
    "finish",
  ]);
});
