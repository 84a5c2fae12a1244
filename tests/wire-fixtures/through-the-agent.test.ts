import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProviderAdapter } from "@/domain/providers/provider-adapter";
import { PROVIDERS, providerById } from "@/domain/providers/registry";
import { chatErrorOf } from "@/domain/runs/chat-error-of";
import { askAgent } from "./ask-agent";
import { chatCompletionChunk } from "./chat-completion-chunk";
import { type Fixture, fixturesOf } from "./fixtures";
import { type ReplayServer, replayFixture, startReplayServer } from "./replay-server";
import { reportIn, watchedModel } from "./watched-model";

/**
 * The agent's loop sits between the AI SDK and the product: it decides what an end means, and whether another
 * request is sent. So every answer is also replayed along the path of a message.
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
    const { greeted, text } = await askAgent(
      openaiCompatible.buildModel("some-model", server.connect(openaiCompatible)),
    );
    expect(text).toContain("Greeted.");
    expect({ greeted, requests: server.arrived.length }).toEqual({ greeted: 1, requests: 2 });
  },
);

async function throughTheAgent(adapter: ProviderAdapter, { model = "some-model" }: Fixture) {
  const { model: watched, wire } = watchedModel(adapter.buildModel(model, server.connect(adapter)));
  const { text, errors } = await askAgent(watched);
  expect(errors.length).toBeLessThanOrEqual(1);
  const [failure] = errors.map(
    (error) =>
      chatErrorOf(error, {
        keyProvider: "personal",
        provider: adapter.facts,
        keyLabel: null,
        hasKey: true,
        classifyRefusal: adapter.classifyRefusal,
      }).code,
  );
  return { failure, text, usage: reportIn(adapter, model, wire) };
}
