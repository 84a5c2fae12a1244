import { beforeAll, expect, test } from "vitest";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup } from "@/contracts/models";
import { tellDefaultSelection } from "./model-selection-store";
import { typedModelOptions } from "./typed-model";

const PLATFORM: ModelSelection = { payer: "platform", provider: "anthropic", model: "claude-haiku-4-5" };
beforeAll(() => tellDefaultSelection(PLATFORM));

const group = (keyId: string, more: Partial<ModelGroup> = {}): ModelGroup => ({
  keyProvider: "personal",
  aiProvider: "openrouter",
  providerName: "OpenRouter",
  keyId,
  keyLabel: keyId,
  last4: "abcd",
  isDefaultKey: false,
  reason: null,
  source: "catalog",
  listProblem: null,
  models: [
    { id: "known-1", name: "Known", contextTokens: null, price: null, description: null, reason: null },
  ],
  ...more,
});
const GROUPS = [
  group("first"),
  group("off", { reason: "This key is switched off." }),
  group("endpoint", { aiProvider: "openai-compatible", models: [] }),
  group("chosen"),
  group("platform", { keyProvider: "platform", keyId: null }),
];
const CHOSEN: ModelSelection = { payer: "person", provider: "openrouter", model: "known-1", keyId: "chosen" };

const keysFor = (typed: string, found = 0) =>
  typedModelOptions(GROUPS, typed, found, CHOSEN).map(({ option }) => option.selection.keyId);

test("a typed id is offered with every usable key: the chosen one first, then endpoints whose models are not known", () => {
  expect(keysFor("zzzz")).toEqual(["chosen", "endpoint", "first"]);
  expect(typedModelOptions(GROUPS, "zzzz", 0, CHOSEN)[0]?.option.selection.model).toBe("zzzz");
});

test("a word that found models is a search, unless it is written like an id; a listed id is a row of the list", () => {
  expect(keysFor("sonnet", 2)).toEqual([]);
  expect(keysFor("vendor/model:free", 2)).toHaveLength(3);
  expect(keysFor("known-1", 1)).toEqual(["endpoint"]);
  expect(keysFor("two words")).toEqual([]);
});
