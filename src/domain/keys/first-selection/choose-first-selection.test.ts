import { expect, test } from "vitest";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { ModelGroup } from "@/contracts/models";
import { chooseFirstSelection } from "./choose-first-selection";

const group = (aiProvider: string, more: Partial<ModelGroup> = {}): ModelGroup => ({
  keyProvider: "personal",
  aiProvider,
  providerName: aiProvider,
  keyId: `${aiProvider}-key`,
  keyLabel: null,
  last4: "abcd",
  isDefaultKey: true,
  reason: null,
  source: "catalog",
  listProblem: null,
  models: ["small", "large"].map((id) => ({
    id: `${aiProvider}-${id}`,
    name: id,
    contextTokens: null,
    price: null,
    description: null,
    reason: null,
  })),
  ...more,
});
const platform = (aiProvider: string, reason: string | null = null) =>
  group(aiProvider, { keyProvider: "platform", keyId: null, last4: null, isDefaultKey: false, reason });
const health = (id: string, outcome: "ok" | "no_credit" | "rate_limited") =>
  ({ id, health: { outcome, at: "" } }) as AiKeySummary;

test("the platform pays first, whichever of its keys there is", () => {
  expect(chooseFirstSelection([platform("anthropic"), group("openai")], [])).toEqual({
    payer: "platform",
    provider: "anthropic",
    model: "anthropic-small",
  });
  expect(
    chooseFirstSelection([platform("anthropic", "no key"), platform("openai"), group("anthropic")], []),
  ).toMatchObject({ payer: "platform", provider: "openai" });
});

test("a key that failed comes last, one that is only limited does not", () => {
  const own = [group("anthropic"), group("openai")];
  const first = (outcome: "no_credit" | "rate_limited") =>
    chooseFirstSelection(own, [health("anthropic-key", outcome)])?.provider;
  expect([first("no_credit"), first("rate_limited")]).toEqual(["openai", "anthropic"]);
  expect(
    chooseFirstSelection([group("anthropic")], [health("anthropic-key", "no_credit")]),
    "better than nothing",
  ).toMatchObject({ payer: "person" });
});

test("a key that is not its provider's default is named, and an endpoint needs a model that is known", () => {
  const endpoint = group("own", { models: [], isDefaultKey: false });
  expect(chooseFirstSelection([endpoint], [])).toBeNull();
  expect(chooseFirstSelection([endpoint], [], new Map([["own-key", "qwen3:8b"]]))).toEqual({
    payer: "person",
    provider: "own",
    model: "qwen3:8b",
    keyId: "own-key",
  });
  expect(chooseFirstSelection([platform("anthropic", "no key")], [])).toBeNull();
});
