import { expect, test } from "vitest";
import { describeDuration } from "./describe-duration";

test.each([
  [0, "under 1 s"],
  [0.99, "under 1 s"],
  [1, "1 s"],
  [59.4, "59 s"],
  [60, "1 min"],
  [3_569, "59 min"],
  [3_600, "1 h"],
  [7_800, "2 h 10 min"],
  [172_799, "2 days"],
  [864_000, "10 days"],
])("%d seconds are %s", (seconds, words) => {
  expect(describeDuration(seconds)).toBe(words);
});
