import { describe, expect, test } from "vitest";
import { MODELS } from "../model-catalog/models";
import { costOfRequest } from "./cost-of-request";

const AT = new Date("2026-11-23T00:00:00Z");
const NOTHING = { inputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0 };

describe("the cost of a request, in micro-dollars", () => {
  test("input and output at list price: Haiku 4.5 costs 1 and 5 dollars a million", () => {
    const tokens = { ...NOTHING, inputTokens: 1000, outputTokens: 100 };
    expect(costOfRequest("anthropic", "claude-haiku-4-5", tokens, AT)).toBe(1000 + 500);
  });

  test("tokens read from the cache cost a tenth and are not counted twice; written ones cost a quarter more", () => {
    const tokens = { ...NOTHING, inputTokens: 1000, cachedInputTokens: 600, cacheWriteTokens: 300 };
    expect(costOfRequest("anthropic", "claude-haiku-4-5", tokens, AT)).toBe(100 + 60 + 375);
  });

  test("a long request costs more where the provider says so, a short one does not", () => {
    const [short, long] = [100_000, 300_000].map((inputTokens) =>
      costOfRequest("anthropic", "claude-sonnet-4-5", { ...NOTHING, inputTokens }, AT),
    );
    expect(short).toBe(300_000);
    expect(long).toBe(1_800_000);
  });

  test("a report that contradicts itself costs no less than nothing", () => {
    const tokens = { ...NOTHING, inputTokens: 10, cachedInputTokens: 50, cacheWriteTokens: 50 };
    expect(costOfRequest("anthropic", "claude-haiku-4-5", tokens, AT)).toBe(1);
  });

  test("a model without a known price has no cost, rather than none to pay", () => {
    expect(costOfRequest("anthropic", "claude-of-next-year", { ...NOTHING, inputTokens: 10 }, AT)).toBeNull();
  });

  test.each(MODELS)("$name has a price", ({ provider, id }) => {
    expect(costOfRequest(provider, id, { ...NOTHING, inputTokens: 1_000_000 }, AT)).toBeGreaterThan(0);
  });
});
