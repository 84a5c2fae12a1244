import { expect, test } from "vitest";
import { describeContext, describePrice } from "./model-facts";

test.each([
  [null, null],
  [512, "512 tokens context"],
  [8_192, "8k context"],
  [131_072, "131k context"],
  [200_000, "200k context"],
  [999_999, "1M context"],
  [1_000_000, "1M context"],
  [1_048_576, "1.05M context"],
  [10_000_000, "10M context"],
])("%j tokens of context are %j", (tokens, words) => {
  expect(describeContext(tokens)).toBe(words);
});

test.each([
  [1_000_000, 5_000_000, 100_000, "$1 in · $5 out · $0.10 cached per 1M tokens"],
  [1_250_000, 10_000_000, 125_000, "$1.25 in · $10 out · $0.125 cached per 1M tokens"],
  [50_000, 2_500, 0, "$0.05 in · $0.0025 out · $0 cached per 1M tokens"],
  [1, 1_500_000_000, null, "$0.000001 in · $1,500 out per 1M tokens"],
  [0, 300_000, null, "$0 in · $0.30 out per 1M tokens"],
  [0, 0, null, "free of charge"],
])("%i in, %i out and %j cached micro-dollars are %s", (input, output, cachedInput, words) => {
  expect(describePrice({ input, output, cachedInput, cacheWrite: null })).toBe(words);
});

test("an unknown price is never shown as free", () => {
  expect(describePrice(null)).toBe("price not known");
});
