import { expect, test } from "vitest";
import type { ListedModel } from "@/domain/providers/provider-adapter";
import { catalogModels } from "./catalog";
import { mergeListedModels } from "./merge-listed-models";

const KNOWN = catalogModels("anthropic").map((model) => ({ ...model, reason: null }));

function listed(id: string, said: Partial<ListedModel> = {}): ListedModel {
  return { id, name: null, contextTokens: null, price: null, canCallTools: null, ...said };
}

function merged(...models: ListedModel[]) {
  return mergeListedModels("anthropic", KNOWN, models);
}

test("known models come first, and say if the key cannot use them", () => {
  const [haiku, sonnet] = merged(listed("claude-haiku-4-5-20251001", { contextTokens: 123 }));
  expect(haiku).toMatchObject({ id: "claude-haiku-4-5", contextTokens: 123, reason: null });
  expect(sonnet).toMatchObject({ id: "claude-sonnet-4-5", reason: expect.stringContaining("Not offered") });
});

test("a model outside the catalogue takes size and price from the price library, unless its provider gives them", () => {
  const price = { input: 1, output: 2, cachedInput: null, cacheWrite: null };
  const [looked, said, unknown] = merged(
    listed("claude-3-7-sonnet-20250219"),
    listed("claude-3-opus-20240229", { contextTokens: 123, price }),
    listed("claude-of-next-year"),
  ).slice(KNOWN.length);
  expect(looked).toMatchObject({ contextTokens: 200_000, price: { input: 3_000_000, output: 15_000_000 } });
  expect(said).toMatchObject({ contextTokens: 123, price });
  expect(unknown).toMatchObject({ contextTokens: null, price: null });
});

test("a model that cannot call tools is marked", () => {
  const [without, unsaid] = merged(
    listed("some-model", { canCallTools: false }),
    listed("another-model"),
  ).slice(KNOWN.length);
  expect(without?.reason).toContain("tools");
  expect(unsaid?.reason).toBeNull();
});
