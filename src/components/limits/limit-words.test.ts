import { expect, test } from "vitest";
import { raisedUntil } from "./limit-words";

const window = { startsAt: "2026-11-30T00:00:00Z", spent: 0, reserved: 0, raised: 0 };

test.each([
  ["total", { ...window, endsAt: null }, "It never resets: it keeps this."],
  [
    "day",
    { ...window, endsAt: "2026-12-01T00:00:00Z" },
    "It has this more until 1 December 2026, 00:00 (UTC).",
  ],
  ["day", null, "It has this more until its day ends."],
] as const)("a limit of a %s that is raised says until when", (period, of, expected) => {
  expect(raisedUntil({ period, timeZone: "UTC", window: of })).toBe(expected);
});
