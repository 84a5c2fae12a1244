import { expect, test } from "vitest";
import { providerById } from "@/domain/providers/registry";
import type { PreparedRun } from "./prepare-run";
import { Run } from "./run";

function begun(): Run {
  return new Run({
    selection: { payer: "platform", provider: "anthropic", model: "claude-haiku-4-5" },
    provider: providerById("anthropic"),
    payingKey: { source: "platform" },
    arrivedAt: 0,
  } as PreparedRun);
}

test.each([
  ["stop", "completed", undefined],
  [undefined, "completed", undefined],
  ["length", "cut", "answer_cut"],
  ["tool-calls", "cut", "steps_exhausted"],
])("an answer that ends with %s is %s", (finishReason, outcome, code) => {
  const run = begun();
  run.markFinished(finishReason);
  expect(run.outcome()).toBe(outcome);
  expect(run.notice?.code).toBe(code);
  run.fail(new Error("broken"));
  expect(run.notice).toBeNull();
});

test.each(["stopped", "interrupted"] as const)(
  "an answer that was %s says so, whatever stops it again, and a failure comes before that",
  (why) => {
    const run = begun();
    run.markStopped(why);
    run.markStopped("stopped");
    expect(run.outcome()).toBe(why);
    run.fail(new Error("broken"));
    expect(run.outcome()).toBe("failed");
  },
);
