import Anthropic, {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from "@anthropic-ai/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { collected } from "./collected";
import { demoKeyThat, PERSONAL_DEMO_KEY, PLATFORM_DEMO_KEY } from "./demo-keys";
import { ANTHROPIC_ADMIN_DEMO_KEY } from "./dialects/anthropic/demo-keys";
import type { KeyBehaviour } from "./key-behaviours";
import { type ProviderStandIn, startProviderStandIn } from "./provider-stand-in";

let standIn: ProviderStandIn;

beforeAll(async () => {
  standIn = await startProviderStandIn();
});
afterAll(() => standIn.close());
beforeEach(() => standIn.clearJournal());

function client(apiKey = PERSONAL_DEMO_KEY): Anthropic {
  return new Anthropic({ apiKey, baseURL: standIn.url, maxRetries: 0 });
}

const listFiles: Anthropic.Tool = { name: "listFiles", input_schema: { type: "object", properties: {} } };

function asking(text: string): Anthropic.MessageCreateParamsNonStreaming {
  return { model: "claude-haiku-4-5", max_tokens: 4096, messages: [{ role: "user", content: text }] };
}

describe("through @anthropic-ai/sdk", () => {
  test("it lists models", async () => {
    const listed = await collected(client().models.list());
    expect(listed.map(({ id, type }) => [id, type])).toContainEqual(["claude-haiku-4-5-20251001", "model"]);
  });

  test("an admin key reads what was charged, by key and day, and answers no messages; no other key reads it", async () => {
    const admin = client(ANTHROPIC_ADMIN_DEMO_KEY);
    const { cost } = admin.beta.organization.analytics;
    const query = {
      starting_at: "2026-05-01T00:00:00Z",
      ending_at: "2026-05-03T00:00:00Z",
      time_bucket_width: "1d",
      group_by: ["api_key_id", "model"],
    } as const;
    const keys = await collected(admin.beta.organization.apiKeys.list());
    const rows = await collected(cost.list({ ...query, group_by: [...query.group_by] }));
    expect(rows.map(({ starting_at: at, group }) => [at.slice(0, 10), group.api_key_id])).toEqual(
      ["2026-05-01", "2026-05-02"].flatMap((day) => keys.map(({ id }) => [day, id])),
    );
    expect(rows[0]?.cost).toMatchObject({ amount: expect.stringMatching(/^\d+\.\d+$/), currency: "USD" });
    await expect(admin.messages.create(asking("Hello"))).rejects.toThrow(PermissionDeniedError);
    await expect(client().beta.organization.apiKeys.list()).rejects.toThrow(PermissionDeniedError);
  });

  test("it answers with and without streaming, with the same text and usage", async () => {
    const whole = await client().messages.create(asking("say: hello there"));
    expect(whole).toMatchObject({
      content: [{ type: "text", text: "hello there" }],
      stop_reason: "end_turn",
      usage: { output_tokens: 3, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
    });
    const pieces: string[] = [];
    const stream = client()
      .messages.stream(asking("say: hello there"))
      .on("text", (piece) => pieces.push(piece));
    const streamed = await stream.finalMessage();
    expect(pieces).toEqual(["hell", "o th", "ere"]);
    expect(streamed).toMatchObject({ content: whole.content, usage: { output_tokens: 3 } });
    expect(standIn.journal()).toMatchObject([
      { provider: "anthropic", apiKey: PERSONAL_DEMO_KEY, streaming: false },
      { provider: "anthropic", apiKey: PERSONAL_DEMO_KEY, streaming: true },
    ]);
  });

  test("thinking, a tool call and its result make a round trip, with signed thinking", async () => {
    const question = { ...asking("think: all done"), tools: [listFiles] };
    const first = await client().messages.stream(question).finalMessage();
    expect(first.content.map((block) => block.type)).toEqual(["thinking", "text", "tool_use"]);
    expect(first.stop_reason).toBe("tool_use");
    const history = roundOf(question, first);
    const second = await client().messages.create({ ...question, messages: history });
    expect(second.content).toEqual([{ type: "text", text: "all done" }]);
    expect(second.stop_reason).toBe("end_turn");
  });

  test("thinking of another account, or changed, is refused", async () => {
    const question = { ...asking("think: all done"), tools: [listFiles] };
    const first = await client().messages.create(question);
    const messages = roundOf(question, first);
    const elsewhere = client(PLATFORM_DEMO_KEY).messages.create({ ...question, messages });
    await expect(elsewhere).rejects.toThrow(BadRequestError);
    await expect(elsewhere).rejects.toMatchObject({
      status: 400,
      type: "invalid_request_error",
      message: expect.stringContaining("messages.1.content.0: Invalid `signature` in `thinking` block"),
    });
    const changed = first.content.map((block) =>
      block.type === "thinking" ? { ...block, thinking: "Something else." } : block,
    );
    const rewritten = client().messages.create({
      ...question,
      messages: roundOf(question, { ...first, content: changed }),
    });
    await expect(rewritten).rejects.toThrow(/Invalid `signature`/);
    const without = first.content.filter((block) => block.type !== "thinking");
    const next = await client(PLATFORM_DEMO_KEY).messages.create({
      ...question,
      messages: roundOf(question, { ...first, content: without }),
    });
    expect(next.content).toEqual([{ type: "text", text: "all done" }]);
  });

  test("with thinking enabled, an answer whose tools were run comes back with its thinking; earlier ones may lack it", async () => {
    const thinking = { type: "enabled", budget_tokens: 1024 } as const;
    const question = { ...asking("think: all done"), tools: [listFiles], thinking };
    const first = await client().messages.create(question);
    const without = { content: first.content.filter((block) => block.type !== "thinking") };
    const messages = roundOf(question, without);
    const refused = client()
      .messages.stream({ ...question, messages })
      .finalMessage();
    await expect(refused).rejects.toThrow(BadRequestError);
    await expect(refused).rejects.toThrow("must start with a thinking block");
    const later: Anthropic.MessageParam[] = [
      ...messages,
      { role: "assistant", content: "all done" },
      { role: "user", content: "say: going on" },
    ];
    const next = await client().messages.create({ ...question, messages: later });
    expect(next.content).toEqual([{ type: "text", text: "going on" }]);
  });

  test("a second request with the same prefix reads the cache, which input_tokens excludes", async () => {
    const question = asking("cached: this conversation and no other");
    const { usage: written } = await client().messages.stream(question).finalMessage();
    const { usage: read } = await client().messages.stream(question).finalMessage();
    const cached = written.cache_creation_input_tokens ?? 0;
    expect(cached).toBeGreaterThan(written.input_tokens);
    expect(written.cache_read_input_tokens).toBe(0);
    expect(read).toMatchObject({
      input_tokens: written.input_tokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: cached,
    });
    const { usage: elsewhere } = await client(PLATFORM_DEMO_KEY).messages.stream(question).finalMessage();
    expect(elsewhere).toMatchObject({
      cache_creation_input_tokens: cached,
      cache_read_input_tokens: 0,
    });
  });

  test.each<[KeyBehaviour, new (...args: never[]) => Error, number, string]>([
    ["invalid", AuthenticationError, 401, "authentication_error"],
    ["forbidden", PermissionDeniedError, 403, "permission_error"],
    ["no-credit", BadRequestError, 400, "invalid_request_error"],
    ["rate-limited", RateLimitError, 429, "rate_limit_error"],
    ["overloaded", InternalServerError, 529, "overloaded_error"],
    ["server-error", InternalServerError, 500, "api_error"],
    ["context-too-long", BadRequestError, 400, "invalid_request_error"],
  ])("%s is its %o", async (behaviour, errorClass, status, type) => {
    const refused = client(demoKeyThat(behaviour)).messages.create(asking("say: hello"));
    await expect(refused).rejects.toThrow(errorClass);
    await expect(refused).rejects.toMatchObject({ status, type, requestID: standIn.journal()[0]?.requestId });
  });

  test("a model that does not exist is its NotFoundError", async () => {
    const refused = client().messages.create({ ...asking("say: hello"), model: "claude-nonexistent" });
    await expect(refused).rejects.toThrow(NotFoundError);
  });

  test("a key that may not use one model uses the others", async () => {
    const restricted = client(demoKeyThat("model-not-allowed")).messages;
    const refused = restricted.create({ ...asking("say: hello"), model: "claude-opus-4-5" });
    await expect(refused).rejects.toThrow(PermissionDeniedError);
    expect((await restricted.create(asking("say: hello"))).stop_reason).toBe("end_turn");
  });

  test("a key that may not list models answers", async () => {
    const restricted = client(demoKeyThat("may-not-list"));
    await expect(restricted.models.list()).rejects.toThrow(PermissionDeniedError);
    expect((await restricted.messages.create(asking("say: hello"))).stop_reason).toBe("end_turn");
  });

  test("content the model refuses ends the answer", async () => {
    const refused = await client(demoKeyThat("content-refused"))
      .messages.stream(asking("say: hello"))
      .finalMessage();
    expect(refused.stop_reason).toBe("refusal");
    expect(refused.content).toEqual([{ type: "text", text: "I can't go on with" }]);
  });

  test("a mid-stream error comes after some text", async () => {
    let text = "";
    const stream = client(demoKeyThat("mid-stream-error")).messages.stream(asking("long: 200"));
    stream.on("text", (piece) => {
      text += piece;
    });
    const ended = stream.finalMessage();
    await expect(ended).rejects.toThrow(APIError);
    await expect(ended).rejects.toThrow("Overloaded");
    expect(text).toMatch(/^a workspace keeps/);
  });
});

/** The conversation after an answer whose tools were run. */
function roundOf(
  { messages }: Anthropic.MessageCreateParamsNonStreaming,
  { content }: Pick<Anthropic.Message, "content">,
): Anthropic.MessageParam[] {
  const results = content.flatMap((block): Anthropic.ToolResultBlockParam[] =>
    block.type === "tool_use" ? [{ type: "tool_result", tool_use_id: block.id, content: "[]" }] : [],
  );
  return [...messages, { role: "assistant", content }, { role: "user", content: results }];
}
