import type { LanguageModelV4Prompt } from "@ai-sdk/provider";
import { describe, expect, test } from "vitest";
import { costOf, dearestPrice, inputTokensOf, mostOutputTokens, outputWithin } from "./request-size";

const said = (text: string): LanguageModelV4Prompt[number] => ({
  role: "user",
  content: [{ type: "text", text }],
});

describe("the input of a request", () => {
  test("has at most a token for two bytes, whatever the script", () => {
    const { most, likely } = inputTokensOf({ prompt: [said("日本語のテキスト".repeat(100))] }, null, null);
    expect(most).toBeGreaterThanOrEqual(800 * 1.5);
    expect(likely).toBeLessThan(most);
  });

  test("is what the provider counted of the latest one, and the bytes that came since", () => {
    const prompt = [said("a".repeat(40_000)), said("b".repeat(400))];
    const { most } = inputTokensOf({ prompt }, 9_000, { messages: 1 });
    expect(most).toBeGreaterThan(9_200);
    expect(most).toBeLessThan(9_300);
    // The conversation was summarised meanwhile: what was counted says nothing of it.
    expect(inputTokensOf({ prompt: [said("short")] }, 9_000, { messages: 2 }).most).toBeLessThan(100);
  });

  test("counts an image by what images take, not by its bytes", () => {
    const data = new Uint8Array(2_000_000);
    const image = { type: "file", mediaType: "image/png", data: { type: "data", data } } as never;
    const { most } = inputTokensOf({ prompt: [{ role: "user", content: [image] }] }, null, null);
    expect(most).toBeGreaterThan(5_000);
    expect(most).toBeLessThan(5_100);
  });
});

describe("the dearest a request can be", () => {
  const at = new Date("2026-11-01");

  test("takes the price of writing to the cache, and of the tier that its size can reach", () => {
    expect(dearestPrice("anthropic", "claude-haiku-4-5", 1000, at)).toEqual({
      input: 1_250_000,
      output: 5_000_000,
    });
    const short = dearestPrice("anthropic", "claude-sonnet-4-5", 1000, at);
    const long = dearestPrice("anthropic", "claude-sonnet-4-5", 300_000, at);
    expect(long?.output).toBeGreaterThan(short?.output ?? 0);
    expect(dearestPrice("anthropic", "claude-of-another-day", 1000, at)).toBeNull();
    expect(dearestPrice(null, "llama3.2", 1000, at)).toBeNull();
  });

  test("rounds up, and what fits never costs more than is left", () => {
    const price = { input: 1_250_000, output: 5_000_000 };
    expect(costOf(price, 1, 1)).toBe(7);
    for (const left of [0, 1, 125, 126, 5_000, 123_457]) {
      // -1 where not even the input fits.
      const fits = outputWithin(left, price, 100);
      expect(fits < 0 || costOf(price, 100, fits) <= left).toBe(true);
      expect(costOf(price, 100, fits + 1)).toBeGreaterThan(left);
    }
    expect(outputWithin(10, { input: 0, output: 0 }, 100)).toBe(Number.MAX_SAFE_INTEGER);
  });

  test("leaves old models a quarter of their context, and takes what is asked", () => {
    expect(mostOutputTokens(500, 200_000)).toBe(500);
    expect(mostOutputTokens(undefined, 200_000)).toBe(16_000);
    expect(mostOutputTokens(undefined, 8_192)).toBe(2_048);
    expect(mostOutputTokens(undefined, null)).toBe(16_000);
  });
});
