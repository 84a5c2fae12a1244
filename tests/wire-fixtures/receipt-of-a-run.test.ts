import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { providerById } from "@/domain/providers/registry";
import { withMiddleware } from "@/domain/providers/wire/with-middleware";
import { meterRequests } from "@/domain/spending/meter-requests";
import { RunReceipt } from "@/domain/spending/run-receipt";
import { askAgent } from "./ask-agent";
import { type ReplayServer, startReplayServer } from "./replay-server";

/** A run of two requests, a tool call and an answer, through the agent's loop like a message. */
const openai = providerById("openai");
const MODEL = "gpt-6-luna";
const USAGE = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };
const CALL = { index: 0, id: "call_1", type: "function", function: { name: "greet", arguments: "{}" } };
const TOOL_CALL = [chunk({ role: "assistant", tool_calls: [CALL] }), chunk({}, "tool_calls"), usage()];
const ANSWER = [chunk({ role: "assistant", content: "Greeted." }), chunk({}, "stop"), usage()];
const BEGINNING = [chunk({ role: "assistant", content: "Gree" })];

type Answer = (response: ServerResponse) => void;

let server: ReplayServer;
beforeAll(async () => {
  server = await startReplayServer();
});
afterAll(() => server.close());

test("two whole requests are added up", async () => {
  const one = await runOf(stream(ANSWER));
  expect(one.requests).toBe(1);
  const two = await runOf(stream(TOOL_CALL), stream(ANSWER));
  expect(two.requests).toBe(2);
  expect(two.metadata).toEqual({
    usage: { inputTokens: 2000, outputTokens: 200, cachedInputTokens: 0 },
    contextTokens: 1100,
    cost: { microUsd: 2 * (one.metadata.cost?.microUsd ?? 0), source: "estimated" },
  });
});

test.each([429, 500, 503])(
  "a second request refused with %i costs nothing, and the first one's cost stays",
  async (status) => {
    const one = await runOf(stream(ANSWER));
    const receipt = await runOf(stream(TOOL_CALL), (response) => {
      response.writeHead(status, { "content-type": "application/json" }).end('{"error":{"message":"no"}}');
    });
    expect(receipt.requests).toBe(2);
    expect(one.metadata.cost?.microUsd).toBeGreaterThan(0);
    expect(receipt.metadata).toEqual(one.metadata);
  },
);

test.each<[string, Answer]>([
  ["breaks off in the middle", (response) => begin(response, BEGINNING, () => response.destroy())],
  ["ends before it is finished", stream(BEGINNING, "")],
])("a second request that %s costs at least what was sent and had come", async (_, second) => {
  const one = await runOf(stream(ANSWER));
  const receipt = await runOf(stream(TOOL_CALL), second);
  expect(receipt.requests).toBe(2);
  expectAtLeast(receipt, one);
});

test("so does a run that is stopped in its second request", async () => {
  const one = await runOf(stream(ANSWER));
  const stop = new AbortController();
  const receipt = await runOf(
    stream(TOOL_CALL),
    (response) => begin(response, BEGINNING, () => stop.abort()),
    stop.signal,
  );
  expect(receipt.requests).toBe(2);
  expectAtLeast(receipt, one);
});

/** The second request repeats the first, which was answered with 100 tokens. */
function expectAtLeast(receipt: RunReceipt, one: RunReceipt): void {
  const [first, second] = receipt.close("aborted", null);
  expect([first?.cost?.source, second?.cost?.source]).toEqual(["estimated", "floor"]);
  expect(second?.tokens?.inputTokens).toBeGreaterThanOrEqual(1100);
  const known = one.metadata.cost?.microUsd ?? 0;
  expect(receipt.metadata.cost).toEqual({ microUsd: known + (second?.cost?.microUsd ?? 0), source: "floor" });
  expect(second?.cost?.microUsd).toBeGreaterThan(0);
}

async function runOf(first: Answer, second?: Answer, signal?: AbortSignal): Promise<RunReceipt> {
  const answers = [first, second];
  server.answer((_request, response) => {
    const answer = answers.shift();
    if (answer) answer(response);
    else response.writeHead(400).end();
  });
  const receipt = new RunReceipt({ adapter: openai, model: MODEL, runId: randomUUID(), key: null });
  const built = openai.buildModel(MODEL, server.connect(openai));
  const model = withMiddleware(built, meterRequests(receipt, "chat", { isIn: () => false }));
  await askAgent(model, { ...(signal && { signal }) });
  receipt.close(signal?.aborted ? "aborted" : "completed", null);
  return receipt;
}

/** A whole answer. */
function stream(events: readonly unknown[], end = "data: [DONE]\n\n"): Answer {
  return (response) => begin(response, events, () => response.end(end));
}

function begin(response: ServerResponse, events: readonly unknown[], then: () => void): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""), then);
}

function chunk(delta: unknown, finish_reason: string | null = null) {
  return { ...usage(), choices: [{ index: 0, delta, finish_reason }], usage: null };
}

function usage() {
  return { id: "1", object: "chat.completion.chunk", created: 1, model: MODEL, choices: [], usage: USAGE };
}
