import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventsOf, messageSaying, rawRequest } from "./ask-over-http";
import { demoKeys, demoKeyThat, PERSONAL_DEMO_KEY, PLATFORM_DEMO_KEY } from "./demo-keys";
import { type ProviderStandIn, startProviderStandIn } from "./provider-stand-in";

let standIn: ProviderStandIn;

beforeAll(async () => {
  standIn = await startProviderStandIn({ acceptedKeys: ["sk-ant-test-accepted"] });
});
afterAll(() => standIn.close());
beforeEach(() => standIn.clearJournal());

const hello = messageSaying("say: hello");
const longStream = messageSaying("long: 200", { stream: true });

describe("good keys", () => {
  test.each([PLATFORM_DEMO_KEY, PERSONAL_DEMO_KEY, "sk-ant-test-accepted"])("%s answers", async (key) => {
    const answer = await rawRequest(standIn, key, { body: hello });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({
      type: "message",
      role: "assistant",
      model: "claude-haiku-4-5",
      content: [{ type: "text", text: "hello" }],
      stop_reason: "end_turn",
    });
  });

  test("a key the test registers answers, and stops answering once it is revoked", async () => {
    const key = "sk-ant-test-registered";
    expect((await rawRequest(standIn, key, { body: hello })).status).toBe(401);
    standIn.setKey(key);
    expect((await rawRequest(standIn, key, { body: hello })).status).toBe(200);
    standIn.setKey(key, "invalid");
    expect((await rawRequest(standIn, key, { body: hello })).status).toBe(401);
  });

  test("demo keys look like real ones, and differ in their last four characters", () => {
    const real: Record<string, RegExp> = {
      anthropic: /^sk-ant-(api03-[\w-]{93}|admin01-[\w-]{91})AA$/,
      openai: /^sk-(proj-[\w-]{154}|admin-[\w-]{153})AA$/,
      openrouter: /^sk-or-v1-[\w-]{62}AA$/,
    };
    const odd = demoKeys.filter(
      ({ provider, key }) => real[provider]?.test(key) === false || !key.includes("DEMO-not-a-real-key"),
    );
    expect(odd).toEqual([]);
    expect(new Set(demoKeys.map(({ key }) => key.slice(-4))).size).toBe(demoKeys.length);
  });
});

describe("refused keys", () => {
  const invalid = { type: "error", error: { type: "authentication_error", message: "invalid x-api-key" } };

  test("an unknown key is refused in the provider's words, with a request id", async () => {
    const answer = await rawRequest(standIn, "sk-ant-api03-nobody-knows-me", { body: hello });
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.text)).toMatchObject(invalid);
    expect(answer.headers["request-id"]).toMatch(/^req_\w+$/);
    expect(answer.headers["request-id"]).toBe(standIn.journal()[0]?.requestId);
    expect(answer.headers["content-type"]).toBe("application/json");
  });

  test("no key at all", async () => {
    const answer = await rawRequest(standIn, undefined, { body: hello });
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.text).error.message).toBe("x-api-key header is required");
    expect(standIn.journal()[0]?.apiKey).toBeNull();
  });

  test.each([
    ["invalid", 401, "authentication_error", "invalid x-api-key"],
    ["forbidden", 403, "permission_error", "permission"],
    [
      "no-credit",
      400,
      "invalid_request_error",
      "Your credit balance is too low to access the Anthropic API.",
    ],
    ["rate-limited", 429, "rate_limit_error", "rate limit"],
    ["overloaded", 529, "overloaded_error", "Overloaded"],
    ["server-error", 500, "api_error", "Internal server error"],
  ] as const)("%s: %i %s", async (behaviour, status, type, message) => {
    const answer = await rawRequest(standIn, demoKeyThat(behaviour), { body: hello });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({
      type: "error",
      error: { type, message: expect.stringContaining(message) },
    });
    expect(answer.headers["retry-after"]).toBe(status === 429 ? "7" : undefined);
    expect(standIn.journal()[0]).toMatchObject({ status, aborted: false });
  });

  test("a provider that echoes the key puts the whole key into its message", async () => {
    const key = demoKeyThat("invalid-echoing-key");
    const answer = await rawRequest(standIn, key, { body: hello });
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.text).error.message).toContain(key);
  });
});

describe("answers that go wrong", () => {
  test("garbage: 200 with a web page", async () => {
    const answer = await rawRequest(standIn, demoKeyThat("garbage"), { body: longStream });
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toContain("text/html");
    expect(answer.text).toContain("<!doctype html>");
  });

  test("broken stream: some text, then JSON that does not parse", async () => {
    const answer = await rawRequest(standIn, demoKeyThat("broken-stream"), { body: longStream });
    expect(answer.status).toBe(200);
    const events = answer.text.trim().split("\n\n");
    expect(textOf(eventsOf(events.slice(0, -1).join("\n\n")))).toMatch(/^a workspace keeps/);
    expect(() => eventsOf(answer.text)).toThrow(SyntaxError);
  });

  test("mid-stream error: some text, then an overloaded_error event and the end", async () => {
    const answer = await rawRequest(standIn, demoKeyThat("mid-stream-error"), { body: longStream });
    const events = eventsOf(answer.text);
    expect(textOf(events)).toMatch(/^a workspace keeps/);
    expect(events.at(-1)).toEqual({
      type: "error",
      error: { type: "overloaded_error", message: "Overloaded" },
    });
    expect(answer.broken).toBe(false);
  });

  test("hangs up: some text, then the connection breaks; the journal does not blame the client", async () => {
    const answer = await rawRequest(standIn, demoKeyThat("hangs-up"), { body: longStream });
    expect(answer.broken).toBe(true);
    expect(textOf(eventsOf(answer.text))).toMatch(/^a workspace keeps/);
    await standIn.whenIdle();
    expect(standIn.journal()[0]).toMatchObject({
      status: 200,
      aborted: false,
      endedAtMs: expect.any(Number),
    });
  });

  test("stalls: some text, then silence until the client hangs up", async () => {
    const abort = new AbortController();
    const response = await fetch(`${standIn.url}/v1/messages`, {
      method: "POST",
      signal: abort.signal,
      headers: { "x-api-key": demoKeyThat("stalls"), "anthropic-version": "2023-06-01" },
      body: JSON.stringify(longStream),
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("sealed")) text += joined((await reader?.read())?.value ?? "");
    expect(standIn.openRequests()).toBe(1);
    abort.abort();
    const entry = await standIn.waitFor((entry) => entry.endedAtMs !== null);
    expect(entry).toMatchObject({ status: 200, aborted: true });
  });

  test("never answers: the request stays open, without a status, until the client hangs up", async () => {
    const abort = new AbortController();
    const asked = fetch(`${standIn.url}/v1/messages`, {
      method: "POST",
      signal: abort.signal,
      headers: { "x-api-key": demoKeyThat("never-answers"), "anthropic-version": "2023-06-01" },
      body: JSON.stringify(hello),
    });
    await standIn.waitFor((entry) => entry.model === "claude-haiku-4-5");
    expect(standIn.openRequests()).toBe(1);
    abort.abort();
    await expect(asked).rejects.toThrow("aborted");
    const entry = await standIn.waitFor((entry) => entry.aborted);
    expect(entry).toMatchObject({ status: null, answeredAtMs: null });
    expect(entry.abortedAtMs).toBeGreaterThanOrEqual(entry.startedAtMs);
  });

  test.each(["broken-stream", "mid-stream-error", "hangs-up"] as const)(
    "%s does not pass for a good answer when the client did not ask for a stream",
    async (behaviour) => {
      const answer = await rawRequest(standIn, demoKeyThat(behaviour), { body: messageSaying("long: 200") });
      const isGood = answer.status === 200 && !answer.broken && textIsJson(answer.text);
      expect(isGood).toBe(false);
    },
  );
});

describe("models", () => {
  const listing = { method: "GET", path: "/v1/models?limit=100" };

  test("a good key lists haiku, sonnet and opus", async () => {
    const answer = await rawRequest(standIn, PERSONAL_DEMO_KEY, listing);
    expect(answer.status).toBe(200);
    const list: { data: { type: string; id: string }[]; has_more: boolean } = JSON.parse(answer.text);
    expect(list.has_more).toBe(false);
    for (const family of ["haiku", "sonnet", "opus"]) {
      expect(list.data.some((model) => model.type === "model" && model.id.includes(family))).toBe(true);
    }
  });

  test.each([
    ["an unknown key", "sk-ant-nobody", 401],
    ["a revoked key", demoKeyThat("invalid"), 401],
    ["a forbidden key", demoKeyThat("forbidden"), 403],
    ["a rate limited key", demoKeyThat("rate-limited"), 429],
    ["a key without credit, which may still list", demoKeyThat("no-credit"), 200],
  ])("%s", async (_who, key, status) => {
    expect((await rawRequest(standIn, key, listing)).status).toBe(status);
  });

  test("an unknown model is 404 in the provider's shape", async () => {
    const answer = await rawRequest(standIn, PERSONAL_DEMO_KEY, {
      body: messageSaying("say: hello", { model: "claude-nonexistent" }),
    });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toMatchObject({
      type: "error",
      error: { type: "not_found_error", message: "model: claude-nonexistent" },
    });
  });
});

function textOf(events: { type: string; [field: string]: unknown }[]): string {
  return events
    .map((event) => event.delta)
    .map((delta) => (typeof delta === "object" && delta && "text" in delta ? delta.text : ""))
    .join("");
}

/** The text of whatever deltas are whole in this piece of stream, in one string. */
function joined(piece: string): string {
  return Array.from(piece.matchAll(/"text_delta","text":"([^"]*)"/g), (match) => match[1]).join("");
}

function textIsJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
