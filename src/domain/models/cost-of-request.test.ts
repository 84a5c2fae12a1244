import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { PROVIDERS } from "@/domain/providers/registry";
import { catalogModels } from "./catalog";
import { costOfRequest } from "./cost-of-request";
import { modelFacts } from "./model-facts";

const AT = new Date("2026-11-23T00:00:00Z");
const NOTHING = { inputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0 };
const CATALOGUED = PROVIDERS.flatMap(({ facts, priceProviderId }) =>
  catalogModels(facts.id).map(({ id }) => ({ id, priceProviderId })),
);

describe("the cost of a request, in micro-dollars", () => {
  test("input and output at list price: Haiku 4.5 costs 1 and 5 dollars per million", () => {
    const tokens = { ...NOTHING, inputTokens: 1000, outputTokens: 100 };
    expect(costOfRequest("anthropic", "claude-haiku-4-5", tokens, AT)?.microUsd).toBe(1000 + 500);
  });

  test("cache reads cost a tenth and are not counted twice; cache writes cost a quarter more", () => {
    const tokens = { ...NOTHING, inputTokens: 1000, cachedInputTokens: 600, cacheWriteTokens: 300 };
    expect(costOfRequest("anthropic", "claude-haiku-4-5", tokens, AT)?.microUsd).toBe(100 + 60 + 375);
  });

  test("a long request costs more if the provider has such a tier, a short one does not", () => {
    const [short, long] = [100_000, 300_000].map((inputTokens) =>
      costOfRequest("anthropic", "claude-sonnet-4-5", { ...NOTHING, inputTokens }, AT),
    );
    expect(short?.microUsd).toBe(300_000);
    expect(long?.microUsd).toBe(1_800_000);
  });

  test("an inconsistent report never has a negative cost", () => {
    const tokens = { ...NOTHING, inputTokens: 10, cachedInputTokens: 50, cacheWriteTokens: 50 };
    expect(costOfRequest("anthropic", "claude-haiku-4-5", tokens, AT)?.microUsd).toBe(1);
  });

  test("a model without a known price has an unknown cost, not zero", () => {
    expect(costOfRequest("anthropic", "claude-of-next-year", { ...NOTHING, inputTokens: 10 }, AT)).toBeNull();
    expect(costOfRequest(null, "claude-haiku-4-5", { ...NOTHING, inputTokens: 10 }, AT)).toBeNull();
  });

  test.each(CATALOGUED)("$id has a price", ({ priceProviderId, id }) => {
    const cost = costOfRequest(priceProviderId, id, { ...NOTHING, inputTokens: 1_000_000 }, AT);
    expect(cost?.microUsd).toBeGreaterThan(0);
  });
});

describe("the price used for a cost", () => {
  test("is kept with it, and names its source with the installed version", () => {
    const { version }: { version: string } = JSON.parse(
      readFileSync("node_modules/@pydantic/genai-prices/package.json", "utf8"),
    );
    const cost = costOfRequest("anthropic", "claude-haiku-4-5", { ...NOTHING, inputTokens: 1 }, AT);
    expect(cost).toEqual({
      microUsd: 1,
      price: { input: 1_000_000, output: 5_000_000, cachedInput: 100_000, cacheWrite: 1_250_000 },
      priceSource: `genai-prices@${version}`,
    });
  });

  test.each([200_000, 200_001])("gives a request of %i tokens the same sum", (inputTokens) => {
    const tokens = { inputTokens, cachedInputTokens: 50_000, cacheWriteTokens: 1000, outputTokens: 500 };
    const cost = costOfRequest("anthropic", "claude-sonnet-4-5", tokens, AT);
    const price = cost?.price ?? { input: 0, output: 0, cachedInput: 0, cacheWrite: 0 };
    const sum =
      (inputTokens - 51_000) * price.input +
      50_000 * (price.cachedInput ?? 0) +
      1000 * (price.cacheWrite ?? 0) +
      500 * price.output;
    expect(cost?.microUsd).toBe(Math.round(sum / 1_000_000));
  });

  test("is the one for short requests if a model has several and none was sent yet", () => {
    expect(modelFacts("anthropic", "claude-sonnet-4-5", AT).price?.input).toBe(3_000_000);
  });

  test("is the one of its date", () => {
    const [before, after] = ["2026-07-01", "2026-08-01"].map(
      (day) => modelFacts("openai", "gpt-5.6-luna", new Date(`${day}T00:00:00Z`)).price,
    );
    expect(before?.input).toBe(1_000_000);
    expect(after?.input).toBe(200_000);
  });

  test("is null if unknown: never zero", () => {
    expect(modelFacts("openai-compatible", "llama3.2", AT).price).toBeNull();
    expect(modelFacts("openrouter", "nobody/nothing", AT).price).toBeNull();
  });
});
