import { streamText } from "ai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { costOfRequest } from "@/domain/models/cost-of-request";
import { failureOfStreamError } from "@/domain/providers/failures/failure-of-stream-error";
import { FAILURE_TABLE } from "@/domain/providers/failures/failure-table";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import type { ProviderAdapter } from "@/domain/providers/provider-adapter";
import { PROVIDERS } from "@/domain/providers/registry";
import { reportedUsage } from "@/domain/providers/wire/token-counts";
import type { WireRequest } from "@/domain/providers/wire/wire-request";
import { type Fixture, fixturesOf } from "./fixtures";
import { KEY, type ReplayServer, replayFixture, startReplayServer } from "./replay-server";
import { reportIn, watchedModel } from "./watched-model";

/** What every provider can answer, each with at least one fixture. */
const OUTCOMES = [
  "bad-key",
  "no-credit",
  "key-lacks-permission",
  "model-not-allowed",
  "provider-limit",
  "overloaded",
  "server-error",
  "context-too-long",
  "content-refused",
  "timeout",
  "error-in-stream",
  "stream-without-end",
  "good-answer",
  "model-list",
];
const DAY_OF_PRICES = new Date("2026-11-23T00:00:00Z");
const MODELS: Record<string, string> = { anthropic: "claude-haiku-4-5", openai: "gpt-6-luna" };

let server: ReplayServer;
beforeAll(async () => {
  server = await startReplayServer();
});
afterAll(() => server.close());

describe.each(PROVIDERS.map((adapter) => ({ id: adapter.facts.id, adapter })))("$id", ({ id, adapter }) => {
  const fixtures = fixturesOf(id);

  test("has a fixture for every outcome", () => {
    expect(OUTCOMES.filter((outcome) => !fixtures.has(outcome))).toEqual([]);
  });

  test.each([...fixtures])("%s", async (_name, fixture) => {
    server.answer(replayFixture(fixture));
    expect(await whatHappens(adapter, fixture)).toEqual(fixture.expect);
    expect(server.arrived[0]?.headers[adapter.keyHeader.name]).toBe(`${adapter.keyHeader.prefix}${KEY}`);
  });

  // Failures of the model or the conversation cannot occur in a key test.
  const aboutTheKey = [...fixtures].flatMap(([name, fixture]) => {
    const said = fixture.expect.failure ? FAILURE_TABLE[fixture.expect.failure].keyHealth : null;
    return fixture.ask === "chat" && fixture.status >= 400 && said ? [{ name, fixture, said }] : [];
  });
  test.each(aboutTheKey)("$name, as the answer to a test of the key: $said", async ({ fixture, said }) => {
    server.answer(replayFixture(fixture));
    const failure = await failureOf(adapter.testKey(server.connect(adapter)));
    expect(failure && FAILURE_TABLE[failure.code].keyHealth).toBe(said);
  });
});

/** Only the fields the fixture names, so that the two can be compared as a whole. */
async function whatHappens(adapter: ProviderAdapter, { ask, model, expect: wanted }: Fixture) {
  const connection = server.connect(adapter);
  if (ask === "key") return described(await failureOf(adapter.testKey(connection)));
  if (ask === "models") {
    const listing = adapter.listModels(connection);
    const failure = await failureOf(listing);
    return failure ? described(failure) : { models: await listing };
  }
  const modelId = model ?? MODELS[adapter.facts.id] ?? "llama3.2";
  const chat = await chatWith(adapter, modelId);
  return {
    ...described(chat.failure),
    ...("text" in wanted ? { text: chat.text } : {}),
    ...("finishReason" in wanted ? { finishReason: chat.finishReason } : {}),
    ...("usage" in wanted ? costs(adapter, modelId, chat.wire) : {}),
  };
}

async function chatWith(adapter: ProviderAdapter, modelId: string) {
  const { model, wire } = watchedModel(adapter.buildModel(modelId, server.connect(adapter)));
  const result = streamText({
    model,
    prompt: "Say hello.",
    maxRetries: 0,
    onError: () => undefined,
  });
  let text = "";
  let finishReason: string | undefined;
  let failure: ProviderFailure | null = null;
  for await (const part of result.fullStream) {
    if (part.type === "text-delta") text += part.text;
    if (part.type === "error")
      failure ??= providerFailureIn(part.error) ?? failureOfStreamError(part.error, adapter.classifyRefusal);
    if (part.type === "finish-step") finishReason = part.finishReason;
  }
  return { text, finishReason, failure, wire };
}

function costs(adapter: ProviderAdapter, modelId: string, wire: WireRequest) {
  const report = reportIn(adapter, modelId, wire);
  if (!report || !wire.state) return { usage: null };
  const { reportedMicroUsd, ...usage } = report;
  const { counts } = reportedUsage(wire.state);
  const estimate = costOfRequest(adapter.priceProviderId, modelId, counts, DAY_OF_PRICES);
  return { usage, reportedMicroUsd, estimatedMicroUsd: estimate?.microUsd ?? null };
}

function described(failure: ProviderFailure | null) {
  if (!failure) return {};
  const { code, retryAfterSeconds } = failure;
  return { failure: code, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

async function failureOf(promise: Promise<unknown>): Promise<ProviderFailure | null> {
  try {
    await promise;
    return null;
  } catch (error) {
    const failure = providerFailureIn(error);
    if (failure) return failure;
    throw error;
  }
}

function providerFailureIn(error: unknown): ProviderFailure | null {
  if (error instanceof ProviderFailure) return error;
  return error instanceof Error && error.cause !== undefined ? providerFailureIn(error.cause) : null;
}
