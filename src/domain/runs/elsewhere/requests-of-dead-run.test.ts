import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { requestIdOf } from "@/domain/metering/request-id";
import { type DeadRun, requestsOfDeadRun } from "./requests-of-dead-run";

const RUN: DeadRun = {
  runId: randomUUID(),
  paying: {
    at: new Date("2026-11-23T10:00:00Z"),
    purpose: "chat",
    selection: { payer: "person", provider: "anthropic", model: "claude-haiku-4-5" },
    key: { id: randomUUID(), label: "Work", last4: "abcd", secretId: "s" },
  },
  recorded: [],
  parts: [],
  outcome: null,
  branchBytes: 4000,
};

const STEP = { type: "step-start" };
const text = (length: number) => ({ type: "text", text: "x".repeat(length) });
const ROUND = { purpose: "chat", inputTokens: 2000, outputTokens: 50 } as const;

/** Place, purpose, and tokens in and out of each. */
const requestsOf = (run: Partial<DeadRun>) =>
  requestsOfDeadRun({ ...RUN, ...run }).map(({ round, purpose, tokens }) => [
    round,
    purpose,
    tokens?.inputTokens,
    tokens?.outputTokens,
  ]);

test("of which nothing had come, cost its conversation and the instructions", () => {
  const [row, ...others] = requestsOfDeadRun(RUN);
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    id: requestIdOf(RUN.runId, 0),
    at: RUN.paying.at,
    outcome: "aborted",
    tokens: { inputTokens: 1600, outputTokens: 0 },
    cost: { microUsd: 1600, source: "floor" },
    key: RUN.paying.key,
  });
});

test.each<[string, Partial<DeadRun>, ReturnType<typeof requestsOf>]>([
  ["in its first request", { parts: [STEP, text(40)], outcome: "interrupted" }, [[0, "chat", 1600, 10]]],
  [
    "in its second one, after what was counted of the first",
    { recorded: [{ ...ROUND, round: 0 }], parts: [STEP, text(40), STEP, text(8)] },
    [[1, "chat", 2050, 2]],
  ],
  [
    "whose first request was not recorded either",
    { parts: [STEP, text(40), STEP, { type: "tool-writeFile", input: { a: "1" } }] },
    [
      [0, "chat", 1600, 10],
      [1, "chat", 1610, 3],
    ],
  ],
  [
    "while it summarised",
    { parts: [{ type: "data-compaction", data: { state: "running" } }] },
    [[0, "compaction", 1600, 0]],
  ],
  [
    "after its summary",
    {
      recorded: [{ round: 0, purpose: "compaction", inputTokens: 900, outputTokens: 9 }],
      parts: [{ type: "data-compaction", data: { state: "done" } }],
    },
    [[1, "chat", 1600, 0]],
  ],
  [
    "whose end was stored, and what it used",
    { recorded: [{ ...ROUND, round: 0 }], parts: [STEP, text(40)], outcome: "completed" },
    [],
  ],
  [
    "whose answer was stored and not what it used",
    { parts: [STEP, text(40)], outcome: "completed" },
    [[0, "chat", 1600, 10]],
  ],
  [
    "of a title that was recorded",
    {
      paying: { ...RUN.paying, purpose: "title" },
      recorded: [{ round: 0, purpose: "title", inputTokens: 90, outputTokens: 9 }],
    },
    [],
  ],
])("a run %s", (_, run, expected) => {
  expect(requestsOf(run)).toEqual(expected);
});
