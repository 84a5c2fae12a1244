import { expect, test } from "vitest";
import { describeWait, secondsUntil } from "./use-seconds-until";

const NOW = Date.parse("2026-01-01T12:00:00.000Z");

test.each([
  ["2026-01-01T12:00:07.000Z", 7],
  ["2026-01-01T12:00:06.001Z", 7],
  ["2026-01-01T12:00:00.001Z", 1],
  ["2026-01-01T12:00:00.000Z", 0],
  ["2026-01-01T11:00:00.000Z", 0],
  ["soon", 0],
  [undefined, 0],
])("until %s it is %i seconds", (moment, seconds) => {
  expect(secondsUntil(moment, NOW)).toBe(seconds);
});

test.each([
  [1, "1 s"],
  [89, "89 s"],
  [90, "2 min"],
  [121, "3 min"],
  [5_340, "89 min"],
  [5_341, "2 h"],
  [86_400, "24 h"],
])("%i seconds are %s", (seconds, words) => {
  expect(describeWait(seconds)).toBe(words);
});
