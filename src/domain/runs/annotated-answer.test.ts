import { expect, test } from "vitest";
import { ANSWER_MAX_BYTES } from "@/contracts/limits";
import { providerById } from "@/domain/providers/registry";
import { AnnotatedAnswer } from "./annotated-answer";
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
])("an answer that goes on without end becomes a failure and is stopped at its provider: $type", (chunk) => {
  const run = newRun();
  let stopped = false;
  let sent = 0;
  const received: RunChunk[] = [];
  const annotated = new AnnotatedAnswer(run, { isStopped: () => stopped, stop: () => (stopped = true) });
  while (!run.failure) {
    sent += 1;
    received.push(...annotated.accept(chunk).filter(({ type }) => type !== chunk.type));
  }
  received.push(...annotated.accept(chunk), ...annotated.end());
  expect(received.map(({ type }) => type)).toEqual(["data-chat-error", "error"]);
  expect(run.failure?.code).toBe("provider_bad_response");
  expect(stopped).toBe(true);
  expect(sent).toBeLessThan(ANSWER_MAX_BYTES / 16 + 100);
});

function annotated(run: Run, chunks: RunChunk[]): RunChunk[] {
  const answer = new AnnotatedAnswer(run, { isStopped: () => false, stop: () => undefined });
  return [...chunks.flatMap((chunk) => answer.accept(chunk)), ...answer.end()];
}

test.each<[string, RunChunk[], string]>([
  ["reasoning only", [{ type: "reasoning-delta", id: "r", delta: "hm" }], "data-chat-notice"],
  ["nothing", [], "data-chat-notice"],
])("an answer of %s that was cut is told as cut, and is no failure", (_name, chunks, told) => {
  const run = newRun();
  const received = annotated(run, [...chunks, { type: "finish", finishReason: "length" }]);
  expect(received.map(({ type }) => type).slice(-2)).toEqual([told, "finish"]);
  expect(run.failure).toBeNull();
  // The provider did answer, which says that the key is fine.
  expect(run.firstTokenMs).not.toBeNull();
});
