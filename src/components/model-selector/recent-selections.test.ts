import { expect, test } from "vitest";
import type { ModelSelection } from "@/contracts/model-selection";
import { parseRecentSelections } from "./recent-selections";

const HAIKU: ModelSelection = { payer: "platform", provider: "anthropic", model: "claude-haiku-4-5" };
const GPT: ModelSelection = { payer: "person", provider: "openai", model: "gpt-x" };

test("selections are read back in their order, three at most", () => {
  expect(parseRecentSelections(JSON.stringify([GPT, HAIKU]))).toEqual([GPT, HAIKU]);
  expect(parseRecentSelections(JSON.stringify([GPT, GPT, GPT, GPT]))).toHaveLength(3);
});

test.each([null, "", "{", "null", "{}", '"x"', '[null, 7, {}, [], {"provider":"somebody"}]'])(
  "%s holds none",
  (text) => {
    expect(parseRecentSelections(text)).toEqual([]);
  },
);
