import { expect, test } from "vitest";
import { DEFAULT_MODEL_SELECTION, KEY_PROVIDERS, MODEL_IDS } from "@/contracts/model-selection";
import { parseModelSelection, readModelSelection } from "./model-selection-store";

test("the default is the plan's, and the same as the server's", () => {
  // No sessionStorage in this process: reading it throws, as in a browser that blocks it.
  expect(readModelSelection()).toEqual(DEFAULT_MODEL_SELECTION);
});

test.each(KEY_PROVIDERS.flatMap((provider) => MODEL_IDS.map((model) => ({ provider, model }))))(
  "$model with the $provider key is read back as it was stored",
  (selection) => {
    expect(parseModelSelection(JSON.stringify(selection))).toEqual(selection);
  },
);

test("what else was stored beside a selection is dropped", () => {
  const text = JSON.stringify({ ...DEFAULT_MODEL_SELECTION, apiKey: "sk-ant-something" });
  expect(parseModelSelection(text)).toEqual(DEFAULT_MODEL_SELECTION);
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
  '{"provider":"platform","model":"../../secrets"}',
  '{"provider":"platform","model":"a&keyProvider=personal"}',
])("%s is no selection", (text) => {
  expect(parseModelSelection(text)).toBeNull();
});
