import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { expect, test } from "vitest";
import { type PartStep, withStep } from "./part-step";

type Part = LanguageModelV4StreamPart;

const piece = (delta: string): Part => ({ type: "text-delta", id: "1", delta });

function answerOf(parts: Part[], cancelled = () => {}) {
  let place = 0;
  const stream = new ReadableStream<Part>({
    pull(controller) {
      const part = parts[place];
      place += 1;
      if (part) controller.enqueue(part);
      else controller.close();
    },
    cancel: cancelled,
  });
  return { stream };
}

const doubled: PartStep = {
  accept(part, pass) {
    pass(part);
    pass(part);
  },
  end: (pass) => pass(piece("end")),
};
const withoutSpaces: PartStep = {
  accept(part, pass) {
    if (part.type !== "text-delta" || part.delta !== " ") pass(part);
  },
};

test("steps follow one another; one may drop a part, multiply it, and add what is missing at the end", async () => {
  const answer = withStep(withStep(answerOf([piece(" "), piece("a")]), withoutSpaces), doubled);
  const parts = [];
  for await (const part of answer.stream) parts.push(part);
  expect(parts).toEqual([piece("a"), piece("a"), piece("end")]);
});

test("a step that throws ends the answer, and what it comes from", async () => {
  let wasCancelled = false;
  const source = answerOf([piece("a"), piece("b")], () => void (wasCancelled = true));
  const failing: PartStep = {
    accept() {
      throw new Error("a step failed");
    },
  };
  const reader = withStep(source, failing).stream.getReader();
  await expect(reader.read()).rejects.toThrow("a step failed");
  expect(wasCancelled).toBe(true);
});

test("whoever reads no further cancels the source, also before the first part", async () => {
  let cancelled = 0;
  const unread = withStep(
    answerOf([piece("a")], () => void (cancelled += 1)),
    withoutSpaces,
  );
  await unread.stream.cancel();
  expect(cancelled).toBe(1);
});
