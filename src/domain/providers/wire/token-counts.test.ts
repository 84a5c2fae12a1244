import { expect, test } from "vitest";
import { newAnswerState } from "./answer-state";
import { reportedUsage, tokenCountsOf } from "./token-counts";

const NOTHING = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite1hTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  webSearches: 0,
};

test("missing counts are zero", () => {
  expect(tokenCountsOf({})).toEqual(NOTHING);
});

test.each([-5, Number.NaN, Number.NEGATIVE_INFINITY])("%d tokens become zero", (tokens) => {
  expect(tokenCountsOf({ input: tokens, output: tokens, webSearches: tokens })).toEqual(NOTHING);
});

test.each([1e300, Number.POSITIVE_INFINITY, 2 ** 31])(
  "%d tokens are capped to fit a 32-bit column",
  (tokens) => {
    const usage = tokenCountsOf({ input: tokens, output: tokens });
    expect([usage.inputTokens, usage.outputTokens]).toEqual([1e9, 1e9]);
  },
);

test("fractions are rounded to whole tokens", () => {
  expect(tokenCountsOf({ input: 10.5 }).inputTokens).toBe(11);
});

test("parts larger than their whole are capped, so that nothing is counted twice", () => {
  const usage = tokenCountsOf({
    input: 100,
    output: 10,
    cachedInput: 80,
    cacheWrite: 80,
    cacheWrite1h: 50,
    reasoning: 50,
  });
  expect(usage).toMatchObject({
    cachedInputTokens: 80,
    cacheWriteTokens: 20,
    cacheWrite1hTokens: 20,
    reasoningTokens: 10,
  });
});

test("a zero that nobody can have counted is no report", () => {
  const state = newAnswerState();
  state.usage = { ...state.usage, input: 0, output: 0 };
  expect(reportedUsage(state)).toMatchObject({ hasInput: false, hasOutput: true });
  state.contentBytes = 5;
  expect(reportedUsage(state)).toMatchObject({ hasOutput: false });
});
