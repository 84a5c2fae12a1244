import { beforeAll, expect, test } from "vitest";
import type { ModelGroup } from "@/contracts/models";
import { tellDefaultSelection } from "./model-selection-store";
import { opensAtFirst } from "./opens-at-first";

beforeAll(() =>
  tellDefaultSelection({ payer: "platform", provider: "anthropic", model: "claude-haiku-4-5" }),
);

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
  models: [],
};
const OWN: ModelGroup = { ...PLATFORM, keyProvider: "personal", keyId: "k1", isDefaultKey: true };
const NO_KEY: ModelGroup = { ...OWN, keyId: null, reason: "Requires your Anthropic API key." };
const FEW = { isChosen: false, isMany: false };
const MANY = { isChosen: false, isMany: true };

test("among few groups, all that can be chosen are open; among many, the platform's and the chosen one", () => {
  expect([PLATFORM, OWN].map((group) => opensAtFirst(group, FEW))).toEqual([true, true]);
  expect([PLATFORM, OWN].map((group) => opensAtFirst(group, MANY))).toEqual([true, false]);
  expect(opensAtFirst(OWN, { isChosen: true, isMany: true })).toBe(true);
});

test("a platform group that cannot be chosen is closed, also when the selection is in it", () => {
  const closed = { ...PLATFORM, reason: "The platform has no key." };
  expect(opensAtFirst(closed, FEW)).toBe(false);
  expect(opensAtFirst(closed, { isChosen: true, isMany: false })).toBe(false);
});

test("the person's group of the default provider is open without a key; another provider's is not", () => {
  expect(opensAtFirst(NO_KEY, FEW)).toBe(true);
  expect(opensAtFirst({ ...NO_KEY, aiProvider: "openai" }, FEW)).toBe(false);
});
