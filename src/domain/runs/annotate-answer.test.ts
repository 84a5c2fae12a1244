import { expect, test } from "vitest";
import { ANSWER_MAX_BYTES } from "@/contracts/limits";
import { providerById } from "@/domain/providers/registry";
import { annotateAnswer } from "./annotate-answer";
import { Run, type RunChunk } from "./run";

function newRun(): Run {
  return new Run({
    actor: { userId: "ada" },
    project: { id: "p", name: "P", createdAt: "", updatedAt: "" },
    selection: { payer: "platform", provider: "anthropic", model: "claude-haiku-4-5" },
    provider: providerById("anthropic"),
    payingKey: { source: "platform", provider: "anthropic", baseUrl: null },
    runId: "r",
    questionId: "q",
    keepWorking: false,
    threadId: undefined,
    arrivedAt: 0,
    modelMessages: [],
    compaction: null,
    slot: { release: async () => undefined, wasReleased: () => undefined },
  });
}

test.each<RunChunk>([
  { type: "text-delta", id: "t", delta: "x".repeat(1024) },
  { type: "reasoning-delta", id: "t", delta: "x".repeat(1024) },
  { type: "tool-input-delta", toolCallId: "c", inputTextDelta: "x".repeat(1024) },
  { type: "text-start", id: "t" },
])(
  "an answer that goes on without end becomes a failure and is stopped at its provider: $type",
  async (chunk) => {
    const run = newRun();
    let stopped = false;
    let sent = 0;
    const endless = new ReadableStream<RunChunk>({
      pull(controller) {
        sent += 1;
        controller.enqueue(chunk);
      },
    });
    const received: RunChunk[] = [];
    for await (const each of endless.pipeThrough(
      annotateAnswer(run, { signal: new AbortController().signal, stop: () => (stopped = true) }),
    )) {
      if (each.type !== chunk.type) received.push(each);
    }
    expect(received.map(({ type }) => type)).toEqual(["data-chat-error", "error"]);
    expect(run.failure?.code).toBe("provider_bad_response");
    expect(stopped).toBe(true);
    expect(sent).toBeLessThan(ANSWER_MAX_BYTES / 16 + 100);
  },
);

async function annotated(run: Run, chunks: RunChunk[]): Promise<RunChunk[]> {
  const answer = new ReadableStream<RunChunk>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const received: RunChunk[] = [];
  const annotating = annotateAnswer(run, { signal: new AbortController().signal, stop: () => undefined });
  for await (const chunk of answer.pipeThrough(annotating)) received.push(chunk);
  return received;
}

test.each<[string, RunChunk[], string]>([
  ["reasoning only", [{ type: "reasoning-delta", id: "r", delta: "hm" }], "data-chat-notice"],
  ["nothing", [], "data-chat-notice"],
])("an answer of %s that was cut is told as cut, and is no failure", async (_name, chunks, told) => {
  const run = newRun();
  const received = await annotated(run, [...chunks, { type: "finish", finishReason: "length" }]);
  expect(received.map(({ type }) => type).slice(-2)).toEqual([told, "finish"]);
  expect(run.failure).toBeNull();
  // The provider did answer, which says that the key is fine.
  expect(run.firstTokenMs).not.toBeNull();
});
