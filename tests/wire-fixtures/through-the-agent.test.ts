import { toAISdkStream } from "@mastra/ai-sdk";
import { Agent } from "@mastra/core/agent";
import { Mastra } from "@mastra/core/mastra";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProviderAdapter, StepReport } from "@/domain/providers/provider-adapter";
import { PROVIDERS } from "@/domain/providers/registry";
import { chatErrorOf } from "@/mastra/lib/chat-error-of";
import { type Fixture, fixturesOf } from "./fixtures";
import { type ReplayServer, replayFixture, startReplayServer } from "./replay-server";

/**
 * The agent framework stands between the AI SDK and the product, and changes what passes: errors of a stream become `Error`s, raw usage is
 * dropped, and after some ends it asks again. So every answer is sent once more, the way a message goes.
 */
let server: ReplayServer;
beforeAll(async () => {
  server = await startReplayServer();
});
afterAll(() => server.close());

describe.each(PROVIDERS.map((adapter) => ({ id: adapter.facts.id, adapter })))("$id", ({ id, adapter }) => {
  const chats = [...fixturesOf(id)].filter(([, { ask }]) => ask === "chat");

  test.each(chats)("%s", async (_name, fixture) => {
    server.answer(replayFixture(fixture));
    const { failure, text = "", usage, reportedMicroUsd } = fixture.expect;
    const seen = await throughTheAgent(adapter, fixture);
    expect({ failure: seen.failure, text: seen.text, requests: server.arrived.length }).toEqual({
      failure,
      text,
      requests: 1,
    });
    expect(usage ? seen.usage : undefined).toEqual(usage && { ...usage, reportedMicroUsd });
  });
});

async function throughTheAgent(adapter: ProviderAdapter, { model = "some-model" }: Fixture) {
  const agent = new Agent({
    id: "greeter",
    name: "greeter",
    instructions: "Say hello.",
    model: [{ model: adapter.buildModel(model, server.connect(adapter)), maxRetries: 0 }],
  });
  // Without a logger, as in the product: Mastra's own prints what providers answer.
  const answer = await new Mastra({ agents: { agent }, logger: false }).getAgent("agent").stream("Hello.", {
    maxSteps: 3,
  });
  let failure: string | undefined;
  let step: StepReport | undefined;
  let text = "";
  const chunks = toAISdkStream(answer, {
    from: "agent",
    version: "v7",
    messageMetadata: ({ part }) => {
      if (part.type === "finish-step") step = part;
      return {};
    },
    onError: (error) => {
      failure ??= chatErrorOf(error, {
        keyProvider: "personal",
        provider: adapter.facts,
        keyLabel: null,
        classifyRefusal: adapter.classifyRefusal,
      }).code;
      return "failed";
    },
  });
  for await (const chunk of chunks) {
    if (chunk.type === "text-delta") text += chunk.delta;
  }
  return { failure, text, usage: step && adapter.readUsage(step) };
}
