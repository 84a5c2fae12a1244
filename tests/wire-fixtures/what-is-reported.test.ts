import { expect, test } from "vitest";
import type { ProviderId } from "@/contracts/provider";
import { providerById } from "@/domain/providers/registry";
import { bodyOf } from "./fixtures";
import { used, watchedModel } from "./watched-model";

const AT = new Date("2026-11-23T00:00:00Z");

/** What is read of the reports in an answer, most of which the client would not pass on. */
async function usedBy(
  provider: ProviderId,
  model: string,
  events: object[],
  headers: Record<string, string> = {},
) {
  const adapter = providerById(provider);
  const sse = events.map((data) => ({ data }));
  const body = bodyOf({ source: "", ask: "chat", status: 200, headers: {}, sse, expect: {} });
  const fetch = () =>
    Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream", ...headers } }));
  const built = adapter.buildModel(model, { baseUrl: "https://provider.invalid/v1", fetch });
  const { model: watched, wire } = watchedModel(built);
  const { stream } = await watched.doStream({
    prompt: [{ role: "user", content: [{ type: "text", text: "hello" }] }],
  });
  await stream.pipeTo(new WritableStream());
  return used(adapter, model, wire, AT);
}

const chunk = (choice: object, more: object = {}) => ({
  id: "gen-1",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta: {}, finish_reason: null, ...choice }],
  ...more,
});

test("Anthropic: cache writes by how long they are kept, searches, tier and the request's id", async () => {
  const start = {
    type: "message_start",
    message: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "claude-sonnet-4-5",
      content: [],
      usage: {
        input_tokens: 1000,
        cache_creation_input_tokens: 3000,
        cache_read_input_tokens: 500,
        cache_creation: { ephemeral_5m_input_tokens: 1000, ephemeral_1h_input_tokens: 2000 },
        output_tokens: 1,
        service_tier: "priority",
      },
    },
  };
  const end = {
    type: "message_delta",
    delta: { stop_reason: "end_turn", stop_sequence: null },
    usage: { output_tokens: 100, server_tool_use: { web_search_requests: 2 } },
  };
  const events = [start, end, { type: "message_stop" }];
  const row = await usedBy("anthropic", "claude-sonnet-4-5", events, { "request-id": "req_1" });
  expect(row).toMatchObject({
    tokens: {
      inputTokens: 4500,
      cachedInputTokens: 500,
      cacheWriteTokens: 3000,
      cacheWrite1hTokens: 2000,
      outputTokens: 100,
      webSearches: 2,
    },
    // 3 dollars a million, a tenth for reads, a quarter more for writes, twice for an hour; 15 for output.
    cost: { microUsd: 3000 + 150 + 3750 + 12_000 + 1500 + 20_000, source: "estimated" },
    price: { input: 3_000_000, cacheWrite1h: 6_000_000, webSearches: 10_000_000 },
    serviceTier: "priority",
    providerRequestId: "req_1",
    raw: { input_tokens: 1000, output_tokens: 100, server_tool_use: { web_search_requests: 2 } },
  });
});

test("OpenRouter: the cost it says, its generation's id, searches; of a cost that cannot be meant, list prices", async () => {
  const usage = {
    prompt_tokens: 1000,
    completion_tokens: 100,
    total_tokens: 1100,
    prompt_tokens_details: { cached_tokens: 400, cache_write_tokens: 100 },
    completion_tokens_details: { reasoning_tokens: 60 },
    server_tool_use: { web_search_requests: 1 },
  };
  const events = (cost: number) => [
    chunk({ delta: { role: "assistant", content: "Hello" } }),
    chunk({ finish_reason: "stop" }, { usage: { ...usage, cost } }),
  ];
  const model = "openai/gpt-4o";
  expect(await usedBy("openrouter", model, events(0.0123), { "x-request-id": "" })).toMatchObject({
    tokens: { cachedInputTokens: 400, cacheWriteTokens: 100, reasoningTokens: 60, webSearches: 1 },
    cost: { microUsd: 12_300, source: "reported" },
    price: null,
    providerRequestId: "gen-1",
  });
  // oxlint-disable-next-line no-await-in-loop
  for (const cost of [-1, 1e7])
    expect((await usedBy("openrouter", model, events(cost))).cost).toMatchObject({ source: "estimated" });
});

test("OpenAI and Mistral: the tier, wherever it stands", async () => {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const events = (more: object, inUsage: object = {}) => [
    chunk({ delta: { role: "assistant", content: "Hello" } }, more),
    chunk({ finish_reason: "stop" }, { usage: { ...usage, ...inUsage } }),
  ];
  expect(await usedBy("openai", "gpt-6-luna", events({ service_tier: "flex" }))).toMatchObject({
    serviceTier: "flex",
    cost: { source: "estimated" },
  });
  expect(
    await usedBy("mistral", "mistral-large-latest", events({}, { service_tier: "batch" })),
  ).toMatchObject({
    serviceTier: "batch",
  });
});

const piece = (usageMetadata: object, finishReason?: string) => ({
  candidates: [
    { content: { role: "model", parts: [{ text: "Hello" }] }, ...(finishReason && { finishReason }) },
  ],
  usageMetadata,
  responseId: "r1",
});

test("Gemini: what its tools put into the prompt, thoughts, and what came from the cache", async () => {
  const counts = { promptTokenCount: 100, cachedContentTokenCount: 40, toolUsePromptTokenCount: 30 };
  const events = [
    piece(counts),
    piece({ ...counts, candidatesTokenCount: 7, thoughtsTokenCount: 20 }, "STOP"),
  ];
  expect(await usedBy("google", "gemini-2.5-flash", events)).toMatchObject({
    tokens: { inputTokens: 130, cachedInputTokens: 40, outputTokens: 27, reasoningTokens: 20 },
    cost: { source: "estimated" },
    providerRequestId: "r1",
  });
});
