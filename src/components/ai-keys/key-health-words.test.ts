import { expect, test } from "vitest";
import type { KEY_HEALTH_OUTCOMES, KeyHealthOutcome } from "@/contracts/ai-keys";
import { keyHealthWords, noticeSentence, outcomeAlert, problemSentence } from "./key-health-words";

const outcomes = [
  "ok",
  "invalid",
  "no_credit",
  "forbidden",
  "rate_limited",
  "unreachable",
  "unknown",
] as const satisfies typeof KEY_HEALTH_OUTCOMES;

const at = "2026-01-01T00:00:00.000Z";

test("every outcome has a distinct word, and so does unknown health", () => {
  const words = outcomes.map((outcome) => keyHealthWords({ health: { outcome, at } }).word);
  words.push(keyHealthWords({ health: null }).word);
  expect(new Set(words).size).toBe(outcomes.length + 1);
});

test.each<KeyHealthOutcome>(["rate_limited", "unreachable", "unknown"])(
  "%s does not look like a fault of the key",
  (outcome) => {
    expect(keyHealthWords({ health: { outcome, at } }).tone).toBe("neutral");
    expect(outcomeAlert(outcome)).toBe("info");
  },
);

test("only a rejected key is shown as a danger", () => {
  expect(outcomes.filter((outcome) => outcomeAlert(outcome) === "danger")).toEqual(["invalid"]);
});

test.each(outcomes)("a notice about %s is a sentence", (outcome) => {
  expect(noticeSentence(outcome, { providerName: "Anthropic", hasKey: true })).toMatch(/^[A-Z].*\.$/);
});

test.each(outcomes)("of an endpoint without a key nobody reads about a key of theirs: %s", (outcome) => {
  const asked = { providerName: "OpenAI-compatible endpoint", hasKey: false };
  for (const sentence of [noticeSentence(outcome, asked), problemSentence(outcome, asked)]) {
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(sentence).not.toMatch(/\b(your|this) (API )?key\b|paste|its account|permissions|accept it/i);
  }
});
