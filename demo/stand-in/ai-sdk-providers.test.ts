import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { createOpenRouter } from "@openrouter/ai-sdk-provider";
import { APICallError, isStepCount, type LanguageModel, streamText, tool } from "ai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { KeyBehaviour } from "./key-behaviours";
import { type ProviderStandIn, startProviderStandIn } from "./provider-stand-in";

let standIn: ProviderStandIn;

beforeAll(async () => {
  standIn = await startProviderStandIn();
});
afterAll(() => standIn.close());
beforeEach(() => standIn.clearJournal());

interface Provider {
  keyBeginning: string;
  model: (apiKey: string, id?: string) => LanguageModel;
  /** A model that a key with the behaviour "model-not-allowed" may not use, and one it may. */
  restricted: string;
  unrestricted: string;
  showsThinking: boolean;
  /** Statuses that differ between providers. */
  noCredit: number;
  modelNotAllowed: number;
  /** The result for content the provider refuses: text, finish reason and status. */
  refused: { text: string; finishReason?: string; status?: number };
}

const cutShort = { text: "I can't go on with", finishReason: "content-filter" };

const providers = {
  openai: {
    keyBeginning: "sk-proj-test-",
    model: (apiKey, id = "gpt-5-mini") => createOpenAI({ apiKey, baseURL: `${standIn.url}/v1` }).chat(id),
    restricted: "gpt-5",
    unrestricted: "gpt-5-mini",
    showsThinking: false,
    noCredit: 429,
    modelNotAllowed: 403,
    refused: cutShort,
  },
  openrouter: {
    keyBeginning: "sk-or-v1-test-",
    model: (apiKey, id = "anthropic/claude-haiku-4.5") =>
      createOpenRouter({ apiKey, baseURL: `${standIn.url}/api/v1` }).chat(id),
    restricted: "anthropic/claude-opus-4.5",
    unrestricted: "openai/gpt-5-mini",
    showsThinking: true,
    noCredit: 402,
    modelNotAllowed: 404,
    refused: { text: "", status: 403 },
  },
  "openai-compatible": {
    keyBeginning: "gateway-test-",
    model: (apiKey, id = "llama3.2:3b") =>
      createOpenAICompatible({
        name: "own",
        apiKey,
        baseURL: `${standIn.url}/compatible/v1`,
        includeUsage: true,
      })(id),
    restricted: "qwen3:8b",
    unrestricted: "llama3.2:3b",
    showsThinking: true,
    noCredit: 429,
    modelNotAllowed: 403,
    refused: cutShort,
  },
} satisfies Record<string, Provider>;

/** The status of an error response from the provider; undefined for other errors. */
function statusOf(error: unknown): number | undefined {
  return APICallError.isInstance(error) ? error.statusCode : undefined;
}

/** Runs one prompt to its end and collects what the stream carried. */
async function outcome(model: LanguageModel, prompt: string, signal?: AbortSignal) {
  let [text, reasoning] = ["", ""];
  let error: unknown;
  let finishReason: string | undefined;
  const result = streamText({ model, prompt, maxRetries: 0, abortSignal: signal, onError: () => {} });
  try {
    for await (const part of result.fullStream) {
      if (part.type === "text-delta") text += part.text;
      if (part.type === "reasoning-delta") reasoning += part.text;
      if (part.type === "finish") finishReason = part.finishReason;
      if (part.type === "error") error = part.error;
    }
  } catch (thrown) {
    // The iteration throws on a broken connection; all other errors are parts of the stream.
    error = thrown;
  }
  return { text, reasoning, error, finishReason, result };
}

describe.each(Object.entries(providers))("%s, through the AI SDK", (name, provider) => {
  const { keyBeginning, model } = provider;

  function modelThat(behaviour: KeyBehaviour): LanguageModel {
    standIn.setKey(`${keyBeginning}${behaviour}`, behaviour);
    return model(`${keyBeginning}${behaviour}`);
  }

  test("text arrives in pieces, with its usage and under its own provider and key", async () => {
    const { text, error, result } = await outcome(modelThat("answers"), "long: 60");
    expect(error).toBeUndefined();
    expect(text.split(/\s+/)).toHaveLength(60);
    const usage = await result.usage;
    expect(usage.outputTokens).toBe(Math.ceil(text.length / 4));
    expect(usage.inputTokens).toBeGreaterThan(10);
    expect(usage.inputTokenDetails.cacheReadTokens ?? 0).toBe(0);
    expect(await result.finishReason).toBe("stop");
    expect(standIn.journal()).toMatchObject([
      { provider: name, apiKey: `${keyBeginning}answers`, status: 200, lastUserText: "long: 60" },
    ]);
  });

  test("a tool call runs and the agent continues with its result", async () => {
    const written: string[] = [];
    const result = streamText({
      model: modelThat("answers"),
      prompt: "Build a todo list",
      stopWhen: isStepCount(5),
      tools: {
        writeFile: tool({
          inputSchema: z.object({ path: z.string(), content: z.string() }),
          execute: ({ path }) => {
            written.push(path);
            return { ok: true };
          },
        }),
      },
    });
    const steps = await result.steps;
    expect(written).toEqual(["index.html", "styles.css", "app.js"]);
    expect(steps.map((step) => step.finishReason)).toEqual(["tool-calls", "stop"]);
    expect(steps[1]?.text).toContain("```bash");
  });

  test("thinking, with a tool call: its tokens are counted, and the round ends", async () => {
    const result = streamText({
      model: modelThat("answers"),
      prompt: "think: all done",
      stopWhen: isStepCount(3),
      tools: { listFiles: tool({ inputSchema: z.object({}), execute: () => [] }) },
    });
    const [first, second] = await result.steps;
    expect(first?.usage.outputTokenDetails.reasoningTokens).toBeGreaterThan(10);
    expect(first?.reasoningText?.startsWith("The person wants to hear") ?? false).toBe(
      provider.showsThinking,
    );
    expect(second?.text).toBe("all done");
    expect(second?.usage.outputTokenDetails.reasoningTokens).toBe(0);
  });

  test("a second request with the same prefix reads the cache", async () => {
    const prompt = "cached: this and no other";
    const first = await (await outcome(modelThat("answers"), prompt)).result.usage;
    const second = await (await outcome(modelThat("answers"), prompt)).result.usage;
    expect(first.inputTokenDetails.cacheReadTokens ?? 0).toBe(0);
    expect(second.inputTokenDetails.cacheReadTokens).toBeGreaterThan(0);
    expect(second.inputTokens).toBe(first.inputTokens);
  });

  test.each<[KeyBehaviour, number]>([
    ["invalid", 401],
    ["forbidden", 403],
    ["no-credit", provider.noCredit],
    ["rate-limited", 429],
    ["overloaded", 503],
    ["server-error", 500],
    ["context-too-long", 400],
  ])("%s arrives as an API error with status %i", async (behaviour, status) => {
    const { text, error } = await outcome(modelThat(behaviour), "say: hello");
    expect(text).toBe("");
    expect(statusOf(error)).toBe(status);
    expect(standIn.journal()).toMatchObject([{ provider: name, status }]);
  });

  test.each<KeyBehaviour>(["mid-stream-error", "broken-stream", "hangs-up"])(
    "%s arrives as an error after some text",
    async (behaviour) => {
      const { text, error } = await outcome(modelThat(behaviour), "long: 200");
      expect(text).toMatch(/^a workspace keeps/);
      expect(error).toBeDefined();
    },
  );

  test("garbage becomes an error or nothing, never text", async () => {
    const { text, finishReason } = await outcome(modelThat("garbage"), "say: hello");
    expect(text).toBe("");
    expect(finishReason).not.toBe("stop");
  });

  test.each<KeyBehaviour>(["never-answers", "stalls"])(
    "%s goes on until the client hangs up",
    async (behaviour) => {
      const abort = new AbortController();
      const reading = outcome(modelThat(behaviour), "long: 200", abort.signal);
      await standIn.waitFor(
        (entry) => entry.model !== null && (behaviour === "never-answers" || entry.status === 200),
      );
      expect(standIn.openRequests()).toBe(1);
      abort.abort();
      await reading;
      expect(await standIn.waitFor((entry) => entry.endedAtMs !== null)).toMatchObject({ aborted: true });
    },
  );

  test("a key that may not use one model uses the others", async () => {
    modelThat("model-not-allowed");
    const key = `${keyBeginning}model-not-allowed`;
    const refused = await outcome(model(key, provider.restricted), "say: hello");
    expect(statusOf(refused.error)).toBe(provider.modelNotAllowed);
    expect((await outcome(model(key, provider.unrestricted), "say: hello")).text).toBe("hello");
  });

  test("content the provider refuses", async () => {
    const { text, error, finishReason } = await outcome(modelThat("content-refused"), "say: hello");
    expect({ text, finishReason, status: statusOf(error) }).toEqual({
      finishReason: undefined,
      status: undefined,
      ...provider.refused,
    });
  });
});

describe("OpenRouter, through its own provider", () => {
  test("the cost of an answer arrives with it", async () => {
    standIn.setKey("sk-or-v1-test-cost");
    const { result } = await outcome(providers.openrouter.model("sk-or-v1-test-cost"), "say: hello");
    const metadata = await result.providerMetadata;
    expect(metadata).toMatchObject({
      openrouter: { usage: { cost: expect.any(Number), costDetails: expect.any(Object) } },
    });
  });
});
