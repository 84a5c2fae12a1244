import { describe, expect, test } from "vitest";
import { modelIdSchema } from "@/contracts/model-selection";
import { PROVIDERS } from "@/domain/providers/registry";
import { catalogModels, findCatalogModel } from "./catalog";

const ALL = PROVIDERS.flatMap(({ facts }) => catalogModels(facts.id));

describe("the catalogue", () => {
  test("knows the plan's three models by name", () => {
    expect(catalogModels("anthropic").slice(0, 3)).toMatchObject([
      { id: "claude-haiku-4-5", name: "Haiku", offeredBy: ["platform", "personal"] },
      { id: "claude-sonnet-4-5", name: "Sonnet", offeredBy: ["personal"] },
      { id: "claude-opus-4-5", name: "Opus", offeredBy: ["personal"] },
    ]);
  });

  test.each(ALL)("$provider $id: has a known price and a valid id", (model) => {
    expect(model.price?.output).toBeGreaterThan(model.price?.input ?? Number.POSITIVE_INFINITY);
    expect(modelIdSchema.safeParse(model.id).success).toBe(true);
  });

  // The library does not know the context size of every OpenRouter model.
  test.each(ALL.filter(({ provider }) => provider !== "openrouter"))(
    "$id: has a known context size",
    (model) => {
      expect(model.contextTokens).toBeGreaterThanOrEqual(200_000);
    },
  );

  test.each(PROVIDERS.map(({ facts }) => facts.id))(
    "the platform offers at most one model of %s, a cheap one",
    (id) => {
      const offered = catalogModels(id).filter(({ offeredBy }) => offeredBy.includes("platform"));
      expect(offered).toHaveLength(id === "openai-compatible" ? 0 : 1);
      for (const { price } of offered) expect(price?.output).toBeLessThanOrEqual(5_000_000);
    },
  );

  test("lists each model of a provider once", () => {
    for (const { facts } of PROVIDERS) {
      const models = catalogModels(facts.id);
      expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
      expect(new Set(models.map(({ name }) => name)).size).toBe(models.length);
    }
  });

  test("gives prices in micro-dollars per million tokens, including cache prices", () => {
    expect(findCatalogModel("anthropic", "claude-haiku-4-5")).toMatchObject({
      contextTokens: 200_000,
      price: { input: 1_000_000, output: 5_000_000, cachedInput: 100_000, cacheWrite: 1_250_000 },
    });
  });

  test("does not confuse models of different providers, nor an object property with a provider", () => {
    expect(findCatalogModel("openai", "claude-haiku-4-5")).toBeNull();
    expect(catalogModels("constructor")).toEqual([]);
  });

  test("is computed once an hour, not for every key and message", () => {
    const [start, end, next] = ["2026-11-23T08:00:00Z", "2026-11-23T08:59:59Z", "2026-11-23T09:00:00Z"].map(
      (at) => catalogModels("anthropic", new Date(at)),
    );
    expect(end).toBe(start);
    expect(next).not.toBe(start);
    expect(next).toEqual(start);
  });
});
