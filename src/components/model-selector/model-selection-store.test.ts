import { expect, test } from "vitest";
import type { ModelSelection } from "@/contracts/model-selection";
import { parseModelSelection, readModelSelection, tellDefaultSelection } from "./model-selection-store";

const HAIKU: ModelSelection = { provider: "platform", aiProvider: "anthropic", model: "claude-haiku-4-5" };

test("who has chosen nothing has what the server says", () => {
  expect(() => readModelSelection()).toThrow("not known");
  tellDefaultSelection(HAIKU);
  // No sessionStorage in this process: reading it throws, as in a browser that blocks it.
  expect(readModelSelection()).toEqual(HAIKU);
});

test.each<ModelSelection>([
  { provider: "platform", aiProvider: "anthropic", model: "claude-haiku-4-5" },
  { provider: "personal", aiProvider: "anthropic", model: "claude-opus-4-5" },
  { provider: "personal", aiProvider: "openrouter", model: "meta-llama/llama-3.3-70b:free" },
  {
    provider: "personal",
    aiProvider: "openai-compatible",
    model: "qwen2.5-coder:32b",
    keyId: "0d9f3a52-6f0c-4b7a-9a51-3f5b1a2c4d6e",
  },
])("$model of $aiProvider with the $provider key is read back as it was stored", (selection) => {
  expect(parseModelSelection(JSON.stringify(selection))).toEqual(selection);
});

test("a choice from before there were several providers is Anthropic's", () => {
  expect(parseModelSelection('{"provider":"personal","model":"claude-opus-4-5"}')).toEqual({
    provider: "personal",
    aiProvider: "anthropic",
    model: "claude-opus-4-5",
  });
});

test("what else was stored beside a selection is dropped", () => {
  const text = JSON.stringify({ ...HAIKU, apiKey: "sk-ant-something" });
  expect(parseModelSelection(text)).toEqual(HAIKU);
});

test.each([
  null,
  "",
  "null",
  "[]",
  "{",
  '"platform"',
  "{}",
  '{"provider":"nonsense","model":"claude-haiku-4-5"}',
  '{"provider":"platform"}',
  '{"provider":"platform","model":7}',
  '{"provider":"platform","model":"two words"}',
  '{"provider":"platform","aiProvider":"../x","model":"claude-haiku-4-5"}',
  '{"provider":"personal","model":"claude-haiku-4-5","keyId":"no id"}',
  '{"provider":"platform","model":"a&keyProvider=personal"}',
])("%s is no selection", (text) => {
  expect(parseModelSelection(text)).toBeNull();
});
