import { expect, test } from "vitest";
import { connectionOutcome } from "./connection-outcome";

const keys = [{ provider: "openrouter" }];

test("a connected account is reported only to a person who has its key", () => {
  expect(connectionOutcome({ connected: "openrouter" }, keys)).toEqual({
    provider: "openrouter",
    problem: null,
  });
  expect(connectionOutcome({ connected: "openrouter" }, [])).toBeNull();
});

test("a known problem is reported", () => {
  expect(connectionOutcome({ connecting: "openrouter", problem: "denied" }, [])).toEqual({
    provider: "openrouter",
    problem: "denied",
  });
});

test.each([
  {},
  { connected: "" },
  { connected: ["openrouter", "openrouter"] },
  { connected: "<b>" },
  { connecting: "openrouter" },
  { connecting: "openrouter", problem: "Call this number" },
  { problem: "denied" },
])("%o says nothing", (query) => {
  expect(connectionOutcome(query, keys)).toBeNull();
});
