import { describe, expect, test } from "vitest";
import { parseAmount, typedAmount } from "./parse-amount";

describe("the amount of a limit", () => {
  test.each([
    ["5", 5_000_000],
    ["$5.00", 5_000_000],
    ["0.000001", 1],
    ["1,250.5", 1_250_500_000],
    ["0", 0],
    ["-5", null],
    ["1.5.5", null],
    ["5 €", null],
    ["", null],
    ["9999999999", null],
  ])("in dollars: %s", (typed, amount) => {
    expect(parseAmount("micro_usd", typed)).toBe(amount);
  });

  test.each([1, 5_000_000, 2_500_000, 1_250_500_000, 0])("%i is typed as it is read", (amount) => {
    expect(parseAmount("micro_usd", typedAmount("micro_usd", amount))).toBe(amount);
  });

  test.each([
    ["100", 100],
    ["1,000,000", 1_000_000],
    ["1.5", null],
    ["many", null],
  ])("in tokens: %s", (typed, amount) => {
    expect(parseAmount("tokens", typed)).toBe(amount);
  });
});
