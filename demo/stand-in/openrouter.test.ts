import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rawRequest } from "./ask-over-http";
import { demoKeyThat, OPENROUTER_DEMO_KEY } from "./demo-keys";
import { dataOf } from "./dialects/server-sent-event";
import { asRecord, asRecords, type JsonRecord } from "./json";
import type { KeyBehaviour } from "./key-behaviours";
import { type ProviderStandIn, startProviderStandIn } from "./provider-stand-in";

let standIn: ProviderStandIn;

beforeAll(async () => {
  standIn = await startProviderStandIn();
});
afterAll(() => standIn.close());

const MODEL = "anthropic/claude-haiku-4.5";

function asking(text: string, more: object = {}) {
  return { model: MODEL, messages: [{ role: "user", content: text }], ...more };
}

/** One request as it is on the wire. */
async function ask(path: string, apiKey: string | null, body?: object) {
  const answer = await fetch(`${standIn.url}/api/v1${path}`, {
    method: body ? "POST" : "GET",
    headers: {
      "content-type": "application/json",
      ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text };
}

const chat = (apiKey: string | null, body: object) => ask("/chat/completions", apiKey, body);

/** A new key of this behaviour. */
function keyThat(behaviour: KeyBehaviour): string {
  const key = `sk-or-v1-test-${behaviour}`;
  standIn.setKey(key, behaviour);
  return key;
}

function chunksOf(stream: string): JsonRecord[] {
  return stream
    .split("\n\n")
    .map(dataOf)
    .filter((chunk) => chunk !== undefined);
}

describe("OpenRouter", () => {
  test("the model list is public; each model has its context, price per token and capabilities", async () => {
    const { status, text } = await ask("/models", null);
    expect(status).toBe(200);
    expect(JSON.parse(text).data).toContainEqual(
      expect.objectContaining({
        id: MODEL,
        context_length: 200_000,
        pricing: expect.objectContaining({ prompt: "0.000001", completion: "0.000005" }),
        supported_parameters: expect.arrayContaining(["tools"]),
      }),
    );
    expect((await ask("/models", "sk-or-v1-nobody")).status).toBe(200);
  });

  test("the account's own model list requires a key that may list", async () => {
    const own = await ask("/models/user", OPENROUTER_DEMO_KEY);
    expect([own.status, JSON.parse(own.text).data.length]).toEqual([200, 6]);
    expect((await ask("/models/user", "sk-or-v1-nobody")).status).toBe(401);
    expect((await ask("/models/user", keyThat("may-not-list"))).status).toBe(403);
    expect((await ask("/models", keyThat("may-not-list"))).status).toBe(200);
  });

  test("a key can read its limit and what is left of it", async () => {
    const good = JSON.parse((await ask("/key", OPENROUTER_DEMO_KEY)).text);
    expect(good.data).toMatchObject({ limit: 10, limit_remaining: 7.5, usage: 2.5, is_free_tier: false });
    const empty = JSON.parse((await ask("/key", demoKeyThat("no-credit", "openrouter"))).text);
    expect(empty.data).toMatchObject({ limit_remaining: 0 });
    expect((await ask("/key", null)).status).toBe(401);
    expect((await ask("/key", "sk-or-v1-nobody")).status).toBe(401);
  });

  test("an answer, streamed or not, ends with its usage and cost", async () => {
    const whole = JSON.parse((await chat(OPENROUTER_DEMO_KEY, asking("say: hello there"))).text);
    expect(whole).toMatchObject({
      id: expect.stringMatching(/^gen-/),
      choices: [{ message: { content: "hello there" }, native_finish_reason: "stop" }],
      usage: { completion_tokens: 3, is_byok: false },
    });
    const { prompt_tokens: prompt, cost, cost_details: details } = whole.usage;
    expect(cost).toBeCloseTo(prompt * 0.000001 + 3 * 0.000005, 12);
    expect(details.upstream_inference_cost).toBe(cost);

    const { text } = await chat(OPENROUTER_DEMO_KEY, asking("say: hello there", { stream: true }));
    expect(text).toContain(": OPENROUTER PROCESSING\n\n");
    expect(text.trimEnd().endsWith("data: [DONE]")).toBe(true);
    const chunks = chunksOf(text);
    expect(asRecord(chunks.at(-1)?.usage)).toMatchObject({ completion_tokens: 3, cost: expect.any(Number) });
    expect(chunks.filter((chunk) => chunk.usage !== undefined)).toHaveLength(1);
  });

  test("thinking arrives as reasoning with its details, signed, before the text", async () => {
    const { text } = await chat(OPENROUTER_DEMO_KEY, asking("think: hello", { stream: true }));
    const deltas = chunksOf(text).map((chunk) => JSON.stringify(chunk.choices));
    expect(text).not.toContain("reasoning_content");
    const signed = deltas.findIndex((delta) => delta.includes('"signature"'));
    const said = deltas.findIndex((delta) => delta.includes('"content":"hell"'));
    expect(deltas[0]).toContain('"reasoning_details":[{"type":"reasoning.text","text":"The ');
    expect(signed).toBeGreaterThan(0);
    expect(said).toBeGreaterThan(signed);
    const whole = JSON.parse((await chat(OPENROUTER_DEMO_KEY, asking("think: hello"))).text);
    expect(whole.choices[0].message).toMatchObject({
      content: "hello",
      reasoning: expect.stringContaining("The person wants to hear: hello"),
      reasoning_details: [{ type: "reasoning.text", signature: expect.any(String) }],
    });
    expect(whole.usage.completion_tokens_details.reasoning_tokens).toBeGreaterThan(10);
  });

  test("reading the cache is cheaper and reported", async () => {
    const question = asking("cached: this and no other");
    const written = JSON.parse((await chat(OPENROUTER_DEMO_KEY, question)).text).usage;
    const read = JSON.parse((await chat(OPENROUTER_DEMO_KEY, question)).text).usage;
    expect(written.prompt_tokens_details.cached_tokens).toBe(0);
    expect(read.prompt_tokens_details.cached_tokens).toBe(written.prompt_tokens_details.cache_write_tokens);
    expect(read.prompt_tokens_details.cached_tokens).toBeGreaterThan(0);
    expect(read.prompt_tokens).toBe(written.prompt_tokens);
    const { prompt_tokens: prompt, prompt_tokens_details: details, completion_tokens: completion } = read;
    const fresh = prompt - details.cached_tokens;
    expect(read.cost).toBeCloseTo(
      fresh * 0.000001 + details.cached_tokens * 0.0000001 + completion * 0.000005,
      12,
    );
    expect(read.cost).toBeLessThan(written.cost);
  });

  test.each<[KeyBehaviour, number, RegExp]>([
    ["invalid", 401, /^User not found\.$/],
    ["invalid-echoing-key", 401, /sk-or-v1-test-invalid-echoing-key/],
    ["forbidden", 403, /permission/],
    ["no-credit", 402, /^Insufficient credits/],
    ["rate-limited", 429, /^Rate limit exceeded/],
    ["overloaded", 503, /^Provider returned error$/],
    ["server-error", 500, /^Internal Server Error$/],
    ["context-too-long", 400, /maximum context length is 200000 tokens/],
    ["content-refused", 403, /requires moderation/],
  ])("%s: %i, with the status as the code", async (behaviour, status, message) => {
    const answer = await chat(keyThat(behaviour), asking("say: hello"));
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text).error).toMatchObject({
      code: status,
      message: expect.stringMatching(message),
    });
    expect(answer.headers.get("retry-after")).toBe(status === 429 ? "7" : null);
  });

  test("refused content is reported with the reasons", async () => {
    const { text } = await chat(keyThat("content-refused"), asking("say: hello"));
    expect(JSON.parse(text).error.metadata).toEqual({
      reasons: ["violence"],
      flagged_input: "say: hello",
      provider_name: "Stand-in",
      model_slug: MODEL,
    });
  });

  test("no key, a model that does not exist, and one the key may not use", async () => {
    const none = await chat(null, asking("say: hello"));
    expect([none.status, JSON.parse(none.text).error.message]).toEqual([401, "No auth credentials found"]);
    const unknown = await chat(OPENROUTER_DEMO_KEY, asking("say: hello", { model: "x/nonexistent" }));
    expect([unknown.status, JSON.parse(unknown.text).error.message]).toEqual([
      400,
      "x/nonexistent is not a valid model ID",
    ]);
    const model = "anthropic/claude-opus-4.5";
    expect((await chat(keyThat("model-not-allowed"), asking("say: hello", { model }))).status).toBe(404);
    expect((await chat(keyThat("model-not-allowed"), asking("say: hello"))).status).toBe(200);
  });

  test("an error after the answer began is sent inside a 200", async () => {
    const key = keyThat("mid-stream-error");
    const streamed = await chat(key, asking("long: 200", { stream: true }));
    expect(streamed.status).toBe(200);
    expect(chunksOf(streamed.text).at(-1)).toMatchObject({
      error: { code: 503, message: "Provider returned error", metadata: { raw: "Overloaded" } },
      choices: [{ finish_reason: "error" }],
    });
    const pieces = chunksOf(streamed.text).map(
      ({ choices }) => asRecord(asRecords(choices)[0]?.delta).content,
    );
    expect(pieces.join("")).toMatch(/^a workspace keeps/);
    const whole = await chat(key, asking("long: 200"));
    expect(whole.status).toBe(200);
    expect(JSON.parse(whole.text)).toMatchObject({ error: { code: 503 }, choices: [] });
  });

  test("the official openai client reads it as well", async () => {
    const openai = new OpenAI({ apiKey: OPENROUTER_DEMO_KEY, baseURL: `${standIn.url}/api/v1` });
    const answer = await openai.chat.completions.create({
      model: MODEL,
      messages: [{ role: "user", content: "say: hello" }],
    });
    expect(answer.choices[0]?.message.content).toBe("hello");
  });

  test("an unknown path", async () => {
    const answer = await rawRequest(standIn, undefined, { method: "GET", path: "/api/v1/nothing" });
    expect(answer.status).toBe(401);
    expect((await ask("/nothing", OPENROUTER_DEMO_KEY)).status).toBe(404);
  });
});
