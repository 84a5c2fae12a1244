import { expect, test, vi } from "vitest";
import type { ModelSelection } from "@/contracts/model-selection";
import { parseModelSelection } from "./model-selection-store";

const HAIKU: ModelSelection = { payer: "platform", provider: "anthropic", model: "claude-haiku-4-5" };

test("without a stored selection, the server's default is used", async () => {
  // A fresh module: other tests of this process have already set a default.
  vi.resetModules();
  const { readModelSelection, tellDefaultSelection } = await import("./model-selection-store");
  expect(() => readModelSelection()).toThrow("not known");
  tellDefaultSelection(HAIKU);
  // This process has no sessionStorage: reading it throws, as in a browser that blocks it.
  expect(readModelSelection()).toEqual(HAIKU);
});

test.each<ModelSelection>([
  { payer: "platform", provider: "anthropic", model: "claude-haiku-4-5" },
  { payer: "person", provider: "anthropic", model: "claude-opus-4-5" },
  { payer: "person", provider: "openrouter", model: "meta-llama/llama-3.3-70b:free" },
  {
    payer: "person",
    provider: "openai-compatible",
    model: "qwen2.5-coder:32b",
    keyId: "0d9f3a52-6f0c-4b7a-9a51-3f5b1a2c4d6e",
  },
])("$model of $provider paid by the $payer is read back as it was stored", (selection) => {
  expect(parseModelSelection(JSON.stringify(selection))).toEqual(selection);
});

test("a selection stored before there were several providers is for Anthropic", () => {
  expect(parseModelSelection('{"provider":"personal","model":"claude-opus-4-5"}')).toEqual({
    payer: "person",
    provider: "anthropic",
    model: "claude-opus-4-5",
  });
});

test("a selection that a tab stored with the earlier names is kept", () => {
  const stored = { provider: "personal", aiProvider: "openai", model: "gpt-x" };
  expect(parseModelSelection(JSON.stringify(stored))).toEqual({
    payer: "person",
    provider: "openai",
    model: "gpt-x",
  });
});

test("other stored fields are dropped", () => {
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
  '{"provider":"platform","model":" two words"}',
  '{"provider":"platform","model":"a\\u202eb"}',
  '{"provider":"platform","aiProvider":"../x","model":"claude-haiku-4-5"}',
  '{"provider":"personal","model":"claude-haiku-4-5","keyId":"no id"}',
  '{"payer":"personal","provider":"anthropic","model":"claude-haiku-4-5"}',
  '{"payer":"person","model":"claude-haiku-4-5"}',
])("%s is no selection", (text) => {
  expect(parseModelSelection(text)).toBeNull();
});

test.each([
  "OpenAI#gpt-3.5",
  "Meta Llama 3 70B",
  "модель",
  "C:\\models\\llama.gguf",
  "a&keyProvider=personal",
])("a model is chosen under the name its server gives it: %s", (model) => {
  const chosen = { payer: "person", provider: "openai-compatible", model };
  expect(parseModelSelection(JSON.stringify(chosen))).toEqual(chosen);
});
