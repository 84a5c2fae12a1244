import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { PROVIDERS } from "@/domain/providers/registry";
import { catalogModels } from "./catalog";
import { costOfRequest } from "./cost-of-request";
import { modelFacts } from "./model-facts";
import { priceOf } from "./price-library";

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

  test("cache writes for an hour cost twice the input, and the others what they did", () => {
    const written = { ...NOTHING, inputTokens: 1_000_000, cacheWriteTokens: 1_000_000 };
    const cost = (cacheWrite1hTokens: number) =>
      costOfRequest("anthropic", "claude-sonnet-4-5", { ...written, cacheWrite1hTokens }, AT)?.microUsd;
    expect([cost(1_000_000), cost(500_000), cost(0)]).toEqual([12_000_000, 9_750_000, 7_500_000]);
    const price = costOfRequest(
      "anthropic",
      "claude-haiku-4-5",
      { ...NOTHING, inputTokens: 10, cacheWriteTokens: 10, cacheWrite1hTokens: 10 },
      AT,
    )?.price;
    expect(price).toMatchObject({ cacheWrite: 1_250_000, cacheWrite1h: 2_000_000 });
  });

  test("a thousand web searches cost ten dollars where the library knows it, and are in the price", () => {
    const searched = { ...NOTHING, inputTokens: 1000, webSearches: 3 };
    const cost = costOfRequest("anthropic", "claude-haiku-4-5", searched, AT);
    expect(cost).toMatchObject({ microUsd: 1000 + 30_000, price: { webSearches: 10_000_000 } });
    expect(costOfRequest("mistral", "mistral-large-latest", searched, AT)?.price).not.toHaveProperty(
      "webSearches",
    );
  });

  test("a model's own price of reasoning is taken, without charging it as other output too", () => {
    const thought = { ...NOTHING, inputTokens: 1000, outputTokens: 1000, reasoningTokens: 400 };
    // 2 dollars a million for input, 8 for output, 3 for reasoning.
    const own = costOfRequest("openrouter", "perplexity/sonar-deep-research", thought, AT);
    expect(own).toMatchObject({ microUsd: 2000 + 4800 + 1200, price: { reasoning: 3_000_000 } });
    // Where there is none, reasoning is output.
    const plain = costOfRequest("anthropic", "claude-haiku-4-5", thought, AT);
    expect(plain?.microUsd).toBe(1000 + 5000);
  });

  test.each([-1, Number.NaN, 10_001, Number.POSITIVE_INFINITY])(
    "a price of %d dollars for a million tokens cannot be meant, and is none",
    (dollars) => {
      const known = { input_mtok: 1, output_mtok: 2 };
      expect(priceOf(known, 10)).toMatchObject({ input: 1_000_000, output: 2_000_000 });
      expect(priceOf({ ...known, output_mtok: dollars }, 10)).toBeNull();
      expect(priceOf({ ...known, cache_write_1h_mtok: dollars }, 10)).toBeNull();
    },
  );

  test("what is charged for is never rounded to nothing", () => {
    expect(costOfRequest("openai", "gpt-6-luna", { ...NOTHING, inputTokens: 1 }, AT)?.microUsd).toBe(1);
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
