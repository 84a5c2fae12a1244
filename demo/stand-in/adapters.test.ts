import { isStepCount, type ModelMessage, streamText, tool } from "ai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { failureOfStreamError } from "@/domain/providers/failures/failure-of-stream-error";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import type { ProviderAdapter } from "@/domain/providers/provider-adapter";
import { PROVIDERS } from "@/domain/providers/registry";
import { createKeyedFetch } from "@/domain/providers/transport/keyed-fetch";
import { Secret } from "@/lib/secret";
import { newProviderKey } from "../../tests/support/new-provider-key";
import { providerBaseUrls } from "./base-urls";
import type { KeyBehaviour } from "./key-behaviours";
import { type ProviderStandIn, startProviderStandIn } from "./provider-stand-in";

/** The product's own adapters must understand the stand-in. */
let standIn: ProviderStandIn;

beforeAll(async () => {
  standIn = await startProviderStandIn();
});
afterAll(() => standIn.close());
beforeEach(() => standIn.clearJournal());

const ALL = PROVIDERS.filter(({ facts }) => !facts.needsAddress).map((adapter) => ({
  id: adapter.facts.id,
  adapter,
}));

describe.each(ALL)("$id", ({ id, adapter }) => {
  const model = adapter.knownModels.find(({ offeredByPlatform }) => offeredByPlatform)?.id ?? "";

  function connection(behaviour: KeyBehaviour) {
    const key = newProviderKey(id);
    standIn.setKey(key, behaviour);
    const baseUrl = `${providerBaseUrls(standIn.url)[`${id.toUpperCase()}_BASE_URL`]}/${adapter.apiVersion ?? "v1"}`;
    const { keyHeader, classifyRefusal } = adapter;
    const openKey = () => Promise.resolve(new Secret(key));
    return {
      baseUrl,
      fetch: createKeyedFetch({ baseUrl, keyHeader, classifyRefusal, openKey, timeoutMs: 10_000 }),
    };
  }

  async function said(behaviour: KeyBehaviour, prompt: string) {
    const result = streamText({
      model: adapter.buildModel(knownToTheStandIn(model), connection(behaviour)),
      prompt,
      maxRetries: 0,
      onError: () => {},
    });
    let text = "";
    let failure: ProviderFailure | null = null;
    try {
      for await (const part of result.fullStream) {
        if (part.type === "text-delta") text += part.text;
        if (part.type === "error") failure ??= failureIn(part.error, adapter);
      }
    } catch (error) {
      // The iteration throws on a broken connection.
      failure ??= failureIn(error, adapter);
    }
    return { text, failure: failure?.code, result };
  }

  test("a good key passes the test, lists models, and its answer has its usage", async () => {
    await adapter.testKey(connection("answers"));
    expect((await adapter.listModels(connection("answers"))).length).toBeGreaterThan(1);
    const { text, failure, result } = await said("answers", "say: hello");
    expect({ text, failure }).toEqual({ text: "hello", failure: undefined });
    const usage = await result.usage;
    expect(usage.inputTokens).toBeGreaterThan(10);
    expect(usage.outputTokens).toBeGreaterThan(0);
    expect(standIn.journal().every((entry) => entry.provider === id && entry.status === 200)).toBe(true);
  });

  test("no request has its key in the URL", async () => {
    await said("answers", "say: hello");
    await adapter.listModels(connection("answers"));
    for (const { path, apiKey } of standIn.journal()) {
      expect(apiKey).not.toBeNull();
      expect(path).not.toContain(apiKey ?? "");
    }
  });

  test.each<[KeyBehaviour, string]>([
    ["invalid", "provider_key_invalid"],
    ["invalid-echoing-key", "provider_key_invalid"],
    ["forbidden", "provider_key_forbidden"],
    ["no-credit", "provider_credit_exhausted"],
    ["rate-limited", "provider_rate_limited"],
    ["overloaded", "provider_overloaded"],
    ["server-error", "provider_error"],
    ["context-too-long", "provider_context_too_long"],
    ["content-refused", "provider_content_refused"],
    ["mid-stream-error", "provider_overloaded"],
    ["hangs-up", "stream_interrupted"],
    ["garbage", "provider_bad_response"],
  ])("%s is read as %s", async (behaviour, code) => {
    expect((await said(behaviour, "long: 200")).failure).toBe(code);
  });

  test("a conversation that another provider began goes on, with tools", async () => {
    const written: string[] = [];
    const begun: ModelMessage[] = [
      { role: "user", content: "Look around" },
      {
        role: "assistant",
        content: [
          {
            type: "tool-call",
            toolCallId: "toolu_01A09q90qw90lq917835lq9",
            toolName: "listFiles",
            input: {},
          },
        ],
      },
      {
        role: "tool",
        content: [
          {
            type: "tool-result",
            toolCallId: "toolu_01A09q90qw90lq917835lq9",
            toolName: "listFiles",
            output: { type: "json", value: [] },
          },
        ],
      },
      { role: "user", content: "Build a todo list" },
    ];
    const result = streamText({
      model: adapter.buildModel(knownToTheStandIn(model), connection("answers")),
      messages: begun,
      maxRetries: 0,
      stopWhen: isStepCount(5),
      tools: {
        listFiles: tool({ inputSchema: z.object({}), execute: () => [] }),
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
    expect(steps.map(({ finishReason }) => finishReason)).toEqual(["tool-calls", "stop"]);
    expect(standIn.journal().map(({ status }) => status)).toEqual([200, 200]);
  });
});

/** The stand-in lists other OpenAI models than the catalogue. */
function knownToTheStandIn(model: string): string {
  return model.startsWith("gpt-6") ? "gpt-5-mini" : model;
}

function failureIn(error: unknown, adapter: ProviderAdapter): ProviderFailure | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof ProviderFailure) return cause;
  return failureOfStreamError(error, adapter.classifyRefusal);
}
