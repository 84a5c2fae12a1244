import { beforeAll, expect, test } from "vitest";
import type { ModelGroup, PickableModel } from "@/contracts/models";
import { matchesQuery, optionOf, optionOfSelection } from "./model-options";
import { tellDefaultSelection } from "./model-selection-store";

beforeAll(() =>
  tellDefaultSelection({ payer: "platform", provider: "anthropic", model: "claude-haiku-4-5" }),
);

const HAIKU: PickableModel = {
  id: "claude-haiku-4-5",
  name: "Haiku",
  contextTokens: 200_000,
  price: null,
  description: null,
  reason: null,
};
const PLATFORM: ModelGroup = {
  keyProvider: "platform",
  aiProvider: "anthropic",
  providerName: "Anthropic",
  keyId: null,
  keyLabel: null,
  last4: null,
  isDefaultKey: false,
  reason: null,
  source: "catalog",
  listProblem: null,
  models: [HAIKU],
};
const OWN: ModelGroup = {
  ...PLATFORM,
  keyProvider: "personal",
  keyId: "k1",
  keyLabel: "Home",
  last4: "wxyz",
  isDefaultKey: true,
};
const WORK: ModelGroup = { ...OWN, keyId: "k2", keyLabel: "Work", last4: "abcd", isDefaultKey: false };

function nameOf(group: ModelGroup): string {
  const { model, payer } = optionOf(group, HAIKU);
  return `${model} (${payer})`;
}

test("options are named as the plan names them, further keys by their name and ending", () => {
  expect(nameOf(PLATFORM)).toBe("Haiku (platform key)");
  expect(nameOf(OWN)).toBe("Haiku (personal key)");
  expect(nameOf({ ...OWN, keyId: null, keyLabel: null, last4: null, isDefaultKey: false })).toBe(
    "Haiku (personal key)",
  );
  expect(nameOf(WORK)).toBe("Haiku (Work ···abcd)");
  expect(nameOf({ ...OWN, aiProvider: "openai", keyLabel: "OpenAI key" })).toBe("Haiku (OpenAI key ···wxyz)");
});

test("the default key is selected without an id, every other one by its id", () => {
  expect(optionOf(OWN, HAIKU).selection).toEqual({
    payer: "person",
    provider: "anthropic",
    model: "claude-haiku-4-5",
  });
  expect(optionOf(WORK, HAIKU).selection).toMatchObject({ keyId: "k2" });
});

test("a key selected by id is the same option after it becomes the default", () => {
  const named = optionOf(WORK, HAIKU).selection;
  const later = { ...WORK, isDefaultKey: true };
  expect(optionOfSelection([later], named)?.value).toBe(optionOf(later, HAIKU).value);
});

test("an option that cannot be chosen says why: the key source's reason before the model's", () => {
  const gone = { ...HAIKU, reason: "Not for this key." };
  expect(optionOf(OWN, gone).reason).toBe("Not for this key.");
  expect(optionOf({ ...OWN, reason: "No key." }, gone).reason).toBe("No key.");
});

test("an unlisted model is an option of a person's key, but not of the platform key", () => {
  const selection = { payer: "person", provider: "anthropic", model: "next-year" } as const;
  expect(optionOfSelection([PLATFORM, OWN], selection)).toMatchObject({ model: "next-year", reason: null });
  expect(optionOfSelection([PLATFORM, OWN], { ...selection, payer: "platform" })).toBeNull();
  expect(optionOfSelection([PLATFORM, { ...OWN, keyId: null }], selection)).toBeNull();
});

test.each([
  ["", true],
  ["haiku", true],
  ["  HAIKU  4-5 ", true],
  ["work haiku", true],
  ["abcd", true],
  ["anthropic", true],
  ["sonnet", false],
  ["haiku home", false],
])("“%s” finds Haiku of the key Work: %j", (query, isFound) => {
  expect(matchesQuery(WORK, optionOf(WORK, HAIKU), query)).toBe(isFound);
});
