import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anthropic } from "@/domain/providers/anthropic/adapter";
import { google } from "@/domain/providers/google/adapter";
import { mistral } from "@/domain/providers/mistral/adapter";
import { openai } from "@/domain/providers/openai/adapter";
import { openaiCompatible } from "@/domain/providers/openai-compatible/adapter";
import { openrouter } from "@/domain/providers/openrouter/adapter";
import type { ProviderAdapter } from "@/domain/providers/provider-adapter";
import { type Fixture, fixturesOf } from "./fixtures";
import { KEY, type ReplayServer, replay, replayFixture, startReplayServer } from "./replay-server";

let server: ReplayServer;
beforeAll(async () => {
  server = await startReplayServer();
});
afterAll(() => server.close());

const MODELS = "GET /v1/models";
const CHAT = "POST /v1/chat/completions";

/**
 * What OpenAI and Ollama answer to a chat without messages:
 * https://github.com/run-llama/llama_index/issues/9373
 */
const NO_MESSAGES = replay(400, {
  error: { message: "[] is too short - 'messages'", type: "invalid_request_error", param: null, code: null },
});
const PUBLIC_LIST = replay(200, { object: "list", data: [{ id: "first-model" }, { id: "second-model" }] });

function fixture(provider: string, name: string) {
  return replayFixture(fixturesOf(provider).get(name) as Fixture);
}

function testKey(adapter: ProviderAdapter): Promise<void> {
  return adapter.testKey(server.connect(adapter));
}

function requests(): string[] {
  return server.arrived.map(({ request }) => request);
}

describe("OpenAI", () => {
  test("a key that may list models is asked for one token, which shows whether its account can pay", async () => {
    server.answer({ [MODELS]: fixture("openai", "model-list"), [CHAT]: replay(200, { choices: [] }) });
    await testKey(openai);
    expect(requests()).toEqual([MODELS, CHAT]);
    expect(JSON.parse(server.arrived[1]?.body ?? "")).toMatchObject({ max_completion_tokens: 1 });
  });

  test.each(["key-lacks-permission", "key-lacks-permission-401"])(
    "a restricted key that may not list (%s) is good if it may chat",
    async (refusal) => {
      server.answer({ [MODELS]: fixture("openai", refusal), [CHAT]: NO_MESSAGES });
      await testKey(openai);
      expect(requests()).toEqual([MODELS, CHAT, CHAT]);
      expect(JSON.parse(server.arrived[1]?.body ?? "")).toMatchObject({ messages: [] });
    },
  );

  test("a restricted key of a project without the model that is asked for is good", async () => {
    server.answer({
      [MODELS]: fixture("openai", "key-lacks-permission"),
      [CHAT]: fixture("openai", "model-not-allowed"),
    });
    await expect(testKey(openai)).resolves.toBeUndefined();
  });

  test.each([
    ["key-lacks-permission", "provider_key_forbidden"],
    ["bad-key", "provider_key_invalid"],
    ["no-credit", "provider_credit_exhausted"],
    ["provider-limit", "provider_rate_limited"],
    ["server-error", "provider_error"],
  ])("what the chat says of a restricted key counts: %s", async (refusal, code) => {
    server.answer({
      [MODELS]: fixture("openai", "key-lacks-permission"),
      [CHAT]: fixture("openai", refusal),
    });
    await expect(testKey(openai)).rejects.toMatchObject({ code });
  });

  test("a bad key is not asked about twice", async () => {
    server.answer({ [MODELS]: fixture("openai", "bad-key"), [CHAT]: NO_MESSAGES });
    await expect(testKey(openai)).rejects.toMatchObject({ code: "provider_key_invalid" });
    expect(requests()).toEqual([MODELS]);
  });
});

describe("OpenRouter", () => {
  test("asks about the key itself and never the public list", async () => {
    server.answer({ "GET /v1/key": fixture("openrouter", "key-info"), [CHAT]: replay(200, { choices: [] }) });
    await testKey(openrouter);
    expect(requests()).toEqual(["GET /v1/key", CHAT]);
  });

  test("a key is not accepted because the list is public", async () => {
    server.answer({
      "GET /v1/key": fixture("openrouter", "bad-key"),
      [MODELS]: fixture("openrouter", "model-list"),
    });
    await expect(testKey(openrouter)).rejects.toMatchObject({
      code: "provider_key_invalid",
    });
  });
});

describe("Anthropic", () => {
  test("lists models, with the version its API asks for", async () => {
    server.answer({ "GET /v1/models?limit=1": fixture("anthropic", "model-list") });
    await testKey(anthropic);
    expect(server.arrived[0]?.headers["anthropic-version"]).toBe("2023-06-01");
  });
});

describe("Google", () => {
  test("lists one model, with the key in its header and not in the address", async () => {
    server.answer({ "GET /v1/models?pageSize=1": fixture("google", "model-list") });
    await testKey(google);
    expect(server.arrived[0]?.headers["x-goog-api-key"]).toBe(KEY);
  });
});

describe("the list is answered without credit too, a message is not", () => {
  test.each([
    ["anthropic", anthropic, "GET /v1/models?limit=1", "POST /v1/messages"],
    ["openai", openai, MODELS, CHAT],
    ["google", google, "GET /v1/models?pageSize=1", "POST /v1/models/gemini-3.5-flash-lite:generateContent"],
    ["mistral", mistral, MODELS, CHAT],
  ] as const)("%s", async (provider, adapter, list, message) => {
    server.answer({ [list]: fixture(provider, "model-list"), [message]: fixture(provider, "no-credit") });
    await expect(testKey(adapter)).rejects.toMatchObject({ code: "provider_credit_exhausted" });
    // What concerns the model or the provider says nothing against a key that was accepted.
    server.answer({ [list]: fixture(provider, "model-list"), [message]: replay(500, {}) });
    await expect(testKey(adapter)).resolves.toBeUndefined();
  });
});

describe("a custom endpoint", () => {
  test("the key is tried on a chat without messages, as the list may be public", async () => {
    server.answer({ [MODELS]: PUBLIC_LIST, [CHAT]: NO_MESSAGES });
    await testKey(openaiCompatible);
    expect(requests()).toEqual([MODELS, CHAT]);
    expect(JSON.parse(server.arrived[1]?.body ?? "")).toEqual({
      model: "first-model",
      messages: [],
      max_tokens: 1,
    });
  });

  test("a bad key is found although the list is public", async () => {
    server.answer({ [MODELS]: PUBLIC_LIST, [CHAT]: fixture("openai-compatible", "bad-key") });
    await expect(testKey(openaiCompatible)).rejects.toMatchObject({ code: "provider_key_invalid" });
  });

  test.each([404, 405])("a server without a list (%i) is tried on the chat alone", async (status) => {
    server.answer({ [MODELS]: replay(status, { detail: "Not Found" }), [CHAT]: NO_MESSAGES });
    await expect(testKey(openaiCompatible)).resolves.toBeUndefined();
  });

  test("a server that answers the chat after all is fine", async () => {
    server.answer({ [MODELS]: PUBLIC_LIST, [CHAT]: replay(200, { choices: [] }) });
    await expect(testKey(openaiCompatible)).resolves.toBeUndefined();
  });

  test("a server without a list that does not know the model has seen the key", async () => {
    server.answer({ [CHAT]: fixture("openai-compatible", "model-not-allowed-ollama-native") });
    await expect(testKey(openaiCompatible)).resolves.toBeUndefined();
  });

  test("an address that lists models but has no chat is not an OpenAI-compatible API", async () => {
    server.answer({ [MODELS]: PUBLIC_LIST, [CHAT]: replay(404, { detail: "Not Found" }) });
    await expect(testKey(openaiCompatible)).rejects.toMatchObject({ code: "provider_bad_response" });
  });

  test("a server that does not know the model it listed has seen the key", async () => {
    server.answer({ [MODELS]: PUBLIC_LIST, [CHAT]: fixture("openai-compatible", "model-not-allowed") });
    await expect(testKey(openaiCompatible)).resolves.toBeUndefined();
  });

  test("an address with neither list nor chat is not an OpenAI-compatible API, which says nothing about the key", async () => {
    server.answer(replay(404, { error: "not found" }));
    await expect(testKey(openaiCompatible)).rejects.toMatchObject({ code: "provider_bad_response" });
  });

  test("a page instead of a list is no list", async () => {
    server.answer({ [MODELS]: fixture("openai-compatible", "model-list-page"), [CHAT]: NO_MESSAGES });
    await expect(testKey(openaiCompatible)).rejects.toMatchObject({ code: "provider_bad_response" });
  });

  test.each([{ models: "none" }, { models: ["a"] }, { status: "up" }, [1, 2], { error: "not implemented" }])(
    "a list of another form (%j) does not fail a key that the chat takes",
    async (list) => {
      server.answer({ [MODELS]: replay(200, list), [CHAT]: NO_MESSAGES });
      await expect(testKey(openaiCompatible)).resolves.toBeUndefined();
      server.answer({ [MODELS]: replay(200, list), [CHAT]: replay(401, {}) });
      await expect(testKey(openaiCompatible)).rejects.toMatchObject({ code: "provider_key_invalid" });
    },
  );

  test.each([
    replay(400, {
      code: "Client specified an invalid argument",
      error: "Incorrect API key provided: so***78.",
    }),
    replay(403, { error: { message: "Invalid API key" } }),
    replay(200, { error: { message: "Invalid API key" } }),
    replay(200, 'data: {"error":{"message":"Invalid API key"}}\n\n', { "content-type": "text/event-stream" }),
  ])("a list is public and the chat says, one way or another, that the key is wrong (%#)", async (chat) => {
    server.answer({ [MODELS]: PUBLIC_LIST, [CHAT]: chat });
    await expect(testKey(openaiCompatible)).rejects.toMatchObject({ code: "provider_key_invalid" });
  });

  test("an address that takes no messages is not an API", async () => {
    server.answer({ [MODELS]: replay(405, ""), [CHAT]: replay(405, "") });
    await expect(testKey(openaiCompatible)).rejects.toMatchObject({ code: "provider_bad_response" });
  });
});

describe("a list that cannot be read says nothing about the key, a message does", () => {
  test.each([
    ["anthropic", anthropic, "GET /v1/models?limit=1", "POST /v1/messages"],
    ["openai", openai, MODELS, CHAT],
    ["google", google, "GET /v1/models?pageSize=1", "POST /v1/models/gemini-3.5-flash-lite:generateContent"],
    ["mistral", mistral, MODELS, CHAT],
    ["openrouter", openrouter, "GET /v1/key", CHAT],
  ] as const)("%s", async (_provider, adapter, list, message) => {
    const odd = replay(200, { things: [] });
    server.answer({ [list]: odd, [message]: replay(200, {}) });
    await expect(testKey(adapter)).resolves.toBeUndefined();
    server.answer({ [list]: odd, [message]: replay(500, {}) });
    await expect(testKey(adapter)).rejects.toMatchObject({ code: "provider_error" });
    server.answer({ [list]: odd, [message]: replay(400, { error: { message: "Invalid API key" } }) });
    await expect(testKey(adapter)).rejects.toMatchObject({ code: "provider_key_invalid" });
  });
});
