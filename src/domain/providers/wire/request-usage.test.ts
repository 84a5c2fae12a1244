import { expect, test } from "vitest";
import { requestUsageOf } from "./request-usage";

const NOTHING = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  reportedMicroUsd: null,
};

test("missing counts are zero", () => {
  expect(requestUsageOf({})).toEqual(NOTHING);
});

test.each([-5, Number.NaN, Number.NEGATIVE_INFINITY])("%d tokens become zero", (tokens) => {
  expect(requestUsageOf({ inputTokens: tokens, outputTokens: tokens })).toEqual(NOTHING);
});

test.each([1e300, Number.POSITIVE_INFINITY, 2 ** 31])(
  "%d tokens are capped to fit a 32-bit column",
  (tokens) => {
    const usage = requestUsageOf({ inputTokens: tokens, outputTokens: tokens });
    expect([usage.inputTokens, usage.outputTokens]).toEqual([1e9, 1e9]);
  },
);

test("fractions are rounded to whole tokens", () => {
  expect(requestUsageOf({ inputTokens: 10.5 }).inputTokens).toBe(11);
});

test("parts larger than their whole are capped, so that nothing is counted twice", () => {
  const usage = requestUsageOf({
    inputTokens: 100,
    outputTokens: 10,
    inputTokenDetails: { cacheReadTokens: 80, cacheWriteTokens: 80 },
    outputTokenDetails: { reasoningTokens: 50 },
  });
  expect(usage).toMatchObject({ cachedInputTokens: 80, cacheWriteTokens: 20, reasoningTokens: 10 });
});
