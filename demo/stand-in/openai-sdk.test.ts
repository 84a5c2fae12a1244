import OpenAI, {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { collected } from "./collected";
import { COMPATIBLE_DEMO_KEY, demoKeyThat, OPENAI_DEMO_KEY, PERSONAL_DEMO_KEY } from "./demo-keys";
import { OPENAI_ADMIN_DEMO_KEY } from "./dialects/openai/demo-keys";
import type { KeyBehaviour } from "./key-behaviours";
import { type ProviderStandIn, startProviderStandIn } from "./provider-stand-in";

let standIn: ProviderStandIn;

beforeAll(async () => {
  standIn = await startProviderStandIn();
});
afterAll(() => standIn.close());
beforeEach(() => standIn.clearJournal());

function client(apiKey = OPENAI_DEMO_KEY): OpenAI {
  return new OpenAI({ apiKey, baseURL: `${standIn.url}/v1`, maxRetries: 0 });
}

/** A client with a new key of this behaviour. */
function clientWith(behaviour: KeyBehaviour): OpenAI {
  const key = `sk-proj-test-${behaviour}`;
  standIn.setKey(key, behaviour);
  return client(key);
}

const listFiles: OpenAI.ChatCompletionTool = {
  type: "function",
  function: { name: "listFiles", parameters: { type: "object", properties: {} } },
};

type Question = OpenAI.ChatCompletionCreateParamsNonStreaming;

function asking(text: string, more: Partial<Question> = {}): Question {
  return { model: "gpt-5-mini", messages: [{ role: "user", content: text }], ...more };
}

/** The headers of the error response for a key of this behaviour. */
async function refusedHeaders(behaviour: KeyBehaviour): Promise<Headers> {
  const error: unknown = await clientWith(behaviour)
    .chat.completions.create(asking("say: hello"))
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof RateLimitError)) throw new Error("was not refused");
  return error.headers;
}

/** A client of a custom endpoint. */
function at(base: string, apiKey: string): OpenAI {
  return new OpenAI({ apiKey, baseURL: `${standIn.url}/${base}/v1`, maxRetries: 0 });
}

/** The text, finish reason and usage of a stream read to its end. */
async function streamed(openai: OpenAI, question: Question) {
  const stream = await openai.chat.completions.create({
    ...question,
    stream: true,
    stream_options: { include_usage: true },
  });
  const chunks = await collected(stream);
  return {
    chunks,
    text: chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join(""),
    finishReason: chunks.find((chunk) => chunk.choices[0]?.finish_reason)?.choices[0]?.finish_reason,
    usage: chunks.at(-1)?.usage,
  };
}

describe("through openai", () => {
  test("an admin key reads what was charged, by project, key and day; no other key does", async () => {
    const asked = { start_time: 1_777_593_600, end_time: 1_777_766_400 };
    const admin = new OpenAI({ adminAPIKey: OPENAI_ADMIN_DEMO_KEY, baseURL: `${standIn.url}/v1` });
    const { usage, projects } = admin.admin.organization;
    const costs = await usage.costs({ ...asked, group_by: ["project_id", "api_key_id"] });
    expect(costs.data.map(({ start_time: at }) => at)).toEqual([1_777_593_600, 1_777_680_000]);
    expect(costs.data[0]?.results).toMatchObject([
      { amount: { value: expect.any(Number), currency: "usd" }, project_id: "proj_StandIn" },
    ]);
    const keys = await collected(projects.apiKeys.list("proj_StandIn"));
    expect(keys.map(({ redacted_value: shown }) => shown)).toEqual(["sk-proj-****o1AA"]);
    const other = new OpenAI({ adminAPIKey: OPENAI_DEMO_KEY, baseURL: `${standIn.url}/v1`, maxRetries: 0 });
    await expect(other.admin.organization.usage.costs(asked)).rejects.toThrow(PermissionDeniedError);
  });

  test("it lists models, among them some that cannot chat", async () => {
    const ids = (await collected(client().models.list())).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(["gpt-5-mini", "text-embedding-3-small"]));
    expect(standIn.journal()).toMatchObject([{ provider: "openai", apiKey: OPENAI_DEMO_KEY, status: 200 }]);
  });

  test("it answers with and without streaming, with the same text and usage", async () => {
    const whole = await client().chat.completions.create(asking("say: hello there"));
    expect(whole).toMatchObject({
      object: "chat.completion",
      model: "gpt-5-mini",
      choices: [{ message: { role: "assistant", content: "hello there" }, finish_reason: "stop" }],
      usage: { completion_tokens: 3, prompt_tokens_details: { cached_tokens: 0 } },
    });
    const stream = await streamed(client(), asking("say: hello there"));
    expect(stream).toMatchObject({
      text: "hello there",
      finishReason: "stop",
      usage: { completion_tokens: 3 },
    });
    expect(stream.usage?.total_tokens).toBe((stream.usage?.prompt_tokens ?? 0) + 3);
    expect(stream.chunks.filter((chunk) => chunk.usage).length).toBe(1);
    expect(stream.chunks.at(-1)?.choices).toEqual([]);
  });

  test("without stream_options a stream has no usage", async () => {
    const stream = await client().chat.completions.create({ ...asking("say: hello"), stream: true });
    const chunks = await collected(stream);
    expect(chunks.filter((chunk) => "usage" in chunk)).toEqual([]);
  });

  test("a tool call and its result make a round trip; thinking is counted and not shown", async () => {
    const question = asking("think: all done", { tools: [listFiles] });
    const first = await client().chat.completions.create(question);
    const message = first.choices[0]?.message;
    expect(message?.tool_calls).toMatchObject([
      { type: "function", function: { name: "listFiles", arguments: "{}" } },
    ]);
    expect(first.choices[0]?.finish_reason).toBe("tool_calls");
    const reasoningTokens = first.usage?.completion_tokens_details?.reasoning_tokens ?? 0;
    expect(reasoningTokens).toBeGreaterThan(10);
    expect(first.usage?.completion_tokens).toBeGreaterThan(reasoningTokens);
    expect(JSON.stringify(first)).not.toContain("The person wants to hear");
    const { chunks, usage } = await streamed(client(), question);
    expect(usage?.completion_tokens_details?.reasoning_tokens).toBe(reasoningTokens);
    expect(JSON.stringify(chunks)).not.toContain("reasoning_content");

    if (!message) throw new Error("no message");
    const id = message.tool_calls?.[0]?.id ?? "";
    const messages: Question["messages"] = [
      ...question.messages,
      message,
      { role: "tool", tool_call_id: id, content: "[]" },
    ];
    const second = await client().chat.completions.create({ ...question, messages });
    expect(second.choices[0]?.message.content).toBe("all done");
  });

  test("a second request with the same prefix reads the cache, which prompt_tokens includes", async () => {
    const question = asking("cached: this conversation and no other");
    const first = (await client().chat.completions.create(question)).usage;
    const second = (await client().chat.completions.create(question)).usage;
    expect(first?.prompt_tokens_details?.cached_tokens).toBe(0);
    expect(second?.prompt_tokens).toBe(first?.prompt_tokens);
    const cached = second?.prompt_tokens_details?.cached_tokens ?? 0;
    expect(cached).toBeGreaterThan(0);
    expect(cached).toBeLessThan(second?.prompt_tokens ?? 0);
    expect((await streamed(client(), question)).usage?.prompt_tokens_details?.cached_tokens).toBe(cached);
  });

  test.each<[KeyBehaviour, new (...args: never[]) => Error, number, string | null]>([
    ["invalid", AuthenticationError, 401, "invalid_api_key"],
    ["invalid-echoing-key", AuthenticationError, 401, "invalid_api_key"],
    ["forbidden", PermissionDeniedError, 403, "missing_scope"],
    ["no-credit", RateLimitError, 429, "insufficient_quota"],
    ["rate-limited", RateLimitError, 429, "rate_limit_exceeded"],
    ["overloaded", InternalServerError, 503, "server_is_overloaded"],
    ["server-error", InternalServerError, 500, null],
    ["context-too-long", BadRequestError, 400, "context_length_exceeded"],
  ])("%s is its %o", async (behaviour, errorClass, status, code) => {
    const refused = clientWith(behaviour).chat.completions.create(asking("say: hello"));
    await expect(refused).rejects.toThrow(errorClass);
    const requestID = standIn.journal()[0]?.requestId;
    await expect(refused).rejects.toMatchObject({ status, code, requestID });
  });

  test("no credit and too many requests differ in their code and retry headers", async () => {
    const limited = await refusedHeaders("rate-limited");
    expect(limited.get("retry-after")).toBe("7");
    expect(limited.get("x-ratelimit-remaining-requests")).toBe("0");
    expect((await refusedHeaders("no-credit")).get("retry-after")).toBeNull();
  });

  test("a wrong key is quoted masked, or whole by a provider that echoes", async () => {
    const key = "sk-proj-nobody-knows-this-key-A1b2";
    const masked = client(key).chat.completions.create(asking("say: hello"));
    await expect(masked).rejects.toThrow(/sk-proj-\*+A1b2/);
    await expect(masked).rejects.not.toThrow(key);
    const echoing = clientWith("invalid-echoing-key").chat.completions.create(asking("say: hello"));
    await expect(echoing).rejects.toThrow("sk-proj-test-invalid-echoing-key");
  });

  test("a key of another provider is not accepted", async () => {
    await expect(client(PERSONAL_DEMO_KEY).models.list()).rejects.toThrow(AuthenticationError);
  });

  test("a restricted key may not list models, and answers", async () => {
    const restricted = client(demoKeyThat("may-not-list", "openai"));
    await expect(restricted.models.list()).rejects.toThrow(PermissionDeniedError);
    await expect(restricted.models.list()).rejects.toThrow("Missing scopes: api.model.read");
    expect((await streamed(restricted, asking("say: hello"))).text).toBe("hello");
  });

  test("a model that does not exist, and one the key may not use", async () => {
    const unknown = client().chat.completions.create(asking("say: hello", { model: "gpt-nonexistent" }));
    await expect(unknown).rejects.toThrow(NotFoundError);
    await expect(unknown).rejects.toMatchObject({ code: "model_not_found" });
    const restricted = clientWith("model-not-allowed");
    const refused = restricted.chat.completions.create(asking("say: hello", { model: "gpt-5" }));
    await expect(refused).rejects.toThrow(PermissionDeniedError);
    await expect(refused).rejects.toMatchObject({ code: "model_not_found" });
    expect((await streamed(restricted, asking("say: hello"))).text).toBe("hello");
  });

  test("content the model refuses ends the answer", async () => {
    expect(await streamed(clientWith("content-refused"), asking("say: hello"))).toMatchObject({
      text: "I can't go on with",
      finishReason: "content_filter",
    });
  });

  test("a mid-stream error comes after some text", async () => {
    const stream = await clientWith("mid-stream-error").chat.completions.create({
      ...asking("long: 200"),
      stream: true,
    });
    let text = "";
    const read = async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    };
    const reading = read();
    await expect(reading).rejects.toThrow(APIError);
    await expect(reading).rejects.toThrow("overloaded");
    expect(text).toMatch(/^a workspace keeps/);
  });

  const call = { id: "call_1", type: "function", function: { name: "listFiles", arguments: "{}" } } as const;
  test.each<[string, Question["messages"], RegExp]>([
    [
      "a tool call without its answer",
      [
        { role: "user", content: "say: hello" },
        { role: "assistant", content: null, tool_calls: [call] },
        { role: "user", content: "say: hello" },
      ],
      /did not have response messages: call_1/,
    ],
    [
      "an answer without its tool call",
      [
        { role: "user", content: "say: hello" },
        { role: "tool", tool_call_id: "call_1", content: "[]" },
      ],
      /must be a response to a preceeding message with 'tool_calls'/,
    ],
    [
      "an answer to another tool call",
      [
        { role: "user", content: "say: hello" },
        { role: "assistant", content: null, tool_calls: [call] },
        { role: "tool", tool_call_id: "call_1", content: "[]" },
        { role: "tool", tool_call_id: "call_2", content: "[]" },
      ],
      /must be a response/,
    ],
    [
      "an empty answer of the model",
      [
        { role: "user", content: "say: hello" },
        { role: "assistant", content: null },
      ],
      /expected a string, got null/,
    ],
    ["no message at all", [], /empty array/],
  ])("%s is refused", async (_what, messages, says) => {
    const refused = client().chat.completions.create(asking("", { messages }));
    await expect(refused).rejects.toThrow(BadRequestError);
    await expect(refused).rejects.toThrow(says);
  });

  test("parameters of other providers, and max_tokens for a reasoning model, are rejected", async () => {
    const foreign = { ...asking("say: hello"), usage: { include: true } };
    await expect(client().chat.completions.create(foreign)).rejects.toThrow(
      "Unrecognized request argument supplied: usage",
    );
    const limited = client().chat.completions.create(asking("say: hello", { max_tokens: 100 }));
    await expect(limited).rejects.toMatchObject({ status: 400, code: "unsupported_parameter" });
    const short = await client().chat.completions.create(asking("long: 50", { max_completion_tokens: 5 }));
    expect(short.choices[0]?.finish_reason).toBe("length");
  });
});

describe("custom endpoints, through openai", () => {
  const question = asking("say: hello", { model: "qwen3:8b" });

  test("one requires a key, but its model list is public", async () => {
    expect(await collected(at("compatible", "nobody's").models.list())).toHaveLength(3);
    await expect(at("compatible", "nobody's").chat.completions.create(question)).rejects.toThrow(
      AuthenticationError,
    );
    const gateway = at("compatible", COMPATIBLE_DEMO_KEY);
    expect((await streamed(gateway, question)).text).toBe("hello");
    expect(standIn.journal().at(-1)).toMatchObject({
      provider: "openai-compatible",
      apiKey: COMPATIBLE_DEMO_KEY,
    });
  });

  test("a public model list can still fail", async () => {
    standIn.setKey("gateway-limited", "rate-limited");
    await expect(at("compatible", "gateway-limited").models.list()).rejects.toThrow(RateLimitError);
    standIn.setKey("gateway-revoked", "invalid");
    expect(await collected(at("compatible", "gateway-revoked").models.list())).toHaveLength(3);
  });

  test("a conversation longer than the context is refused", async () => {
    const long = asking("a".repeat(4 * 32_768), { model: "qwen3:8b" });
    const refused = at("keyless", "anything").chat.completions.create(long);
    await expect(refused).rejects.toMatchObject({ status: 400, code: "context_length_exceeded" });
    await expect(refused).rejects.toThrow(/maximum context length is 32768 tokens/);
  });

  test("another ignores keys", async () => {
    expect((await streamed(at("keyless", "anything"), question)).text).toBe("hello");
    const unknown = at("keyless", "anything").chat.completions.create({ ...question, model: "llama9" });
    await expect(unknown).rejects.toThrow(NotFoundError);
  });

  test("thinking is shown", async () => {
    const { chunks } = await streamed(
      at("keyless", "anything"),
      asking("think: hello", { model: "qwen3:8b" }),
    );
    expect(JSON.stringify(chunks)).toContain("reasoning_content");
  });
});
