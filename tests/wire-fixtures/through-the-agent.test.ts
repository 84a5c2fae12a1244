import { toAISdkStream } from "@mastra/ai-sdk";
import { Agent } from "@mastra/core/agent";
import { Mastra } from "@mastra/core/mastra";
import { createTool } from "@mastra/core/tools";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { ProviderAdapter, StepReport } from "@/domain/providers/provider-adapter";
import { PROVIDERS, providerById } from "@/domain/providers/registry";
import { chatErrorOf } from "@/domain/runs/chat-error-of";
import { chatCompletionChunk } from "./chat-completion-chunk";
import { type Fixture, fixturesOf } from "./fixtures";
import { type ReplayServer, replayFixture, startReplayServer } from "./replay-server";

/**
 * The agent framework sits between the AI SDK and the product, and changes what passes through: errors of a
 * stream become `Error`s, raw usage is dropped, and after some ends it sends another request. So every answer
 * is also replayed along the path of a message.
 */
const openaiCompatible = providerById("openai-compatible");

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

// Ollama says "stop" where OpenAI says "tool_calls", others another word:
// https://github.com/ollama/ollama/pull/7963
test.each(["tool_calls", "stop", "eos_token"])(
  "tools are called at the end of an answer that says %s",
  async (end) => {
    const call = { index: 0, id: "call_1", type: "function", function: { name: "greet", arguments: "{}" } };
    const answers = [
      [chatCompletionChunk({ role: "assistant", tool_calls: [call] }), chatCompletionChunk({}, end)],
      [chatCompletionChunk({ role: "assistant", content: "Greeted." }), chatCompletionChunk({}, "stop")],
    ];
    server.answer((request, response) => {
      const sse = answers.shift()?.map((data) => ({ data })) ?? [];
      const headers = { "content-type": "text/event-stream" };
      replayFixture({ source: "", ask: "chat", status: 200, headers, sse, expect: {} })(request, response);
    });
    let greeted = 0;
    const greet = createTool({
      id: "greet",
      description: "Greets.",
      inputSchema: z.object({}),
      execute: () => Promise.resolve({ greeted: (greeted += 1) }),
    });
    const agent = new Agent({
      id: "greeter",
      name: "greeter",
      instructions: "Greet.",
      model: openaiCompatible.buildModel("some-model", server.connect(openaiCompatible)),
      tools: { greet },
    });
    const answer = await agent.stream("Greet.", { maxSteps: 5 });
    expect(await answer.text).toContain("Greeted.");
    expect({ greeted, requests: server.arrived.length }).toEqual({ greeted: 1, requests: 2 });
  },
);

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
        hasKey: true,
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
