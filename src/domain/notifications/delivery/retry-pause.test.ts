import { expect, test } from "vitest";
import { retryPause } from "./retry-pause";

test("a delivery is tried six times, with growing pauses, within a day", () => {
  const pauses = [1, 2, 3, 4, 5].map((attempts) => retryPause(attempts) ?? Number.NaN);
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeLessThanOrEqual(24 * 3_600_000);
  expect(retryPause(6)).toBeNull();
  expect(retryPause(7)).toBeNull();
});
