import { describe, expect, test } from "vitest";
import { PRICE_SOURCE } from "@/domain/models/price-library";
import type { StepReport } from "@/domain/providers/provider-adapter";
import { providerById } from "@/domain/providers/registry";
import { RunReceipt } from "./run-receipt";

const HAIKU = [providerById("anthropic"), "claude-haiku-4-5"] as const;
const SONNET = [providerById("anthropic"), "claude-sonnet-4-5"] as const;
const ROUTED = [providerById("openrouter"), "some/model"] as const;
const OWN = [providerById("openai-compatible"), "llama3.2"] as const;

function ended(inputTokens?: number, outputTokens?: number): StepReport {
  return { usage: { inputTokens, outputTokens }, providerMetadata: undefined };
}

function reported(cost: number, inputTokens?: number): StepReport {
  return { usage: { inputTokens }, providerMetadata: { openrouter: { usage: { cost } } } };
}

function whole(receipt: RunReceipt, ...steps: StepReport[]): RunReceipt {
  for (const step of steps) {
    receipt.begin();
    receipt.add(step);
  }
  return receipt;
}

describe("the receipt of a run", () => {
  test("is empty before anything was sent", () => {
    const receipt = new RunReceipt(...HAIKU);
    expect(receipt).toMatchObject({ requests: 0, metadata: {}, price: null });
  });

  test("adds up completed requests", () => {
    const receipt = whole(new RunReceipt(...HAIKU), ended(1000, 100), ended(2000, 10));
    expect(receipt.requests).toBe(2);
    expect(receipt.metadata).toEqual({
      usage: { inputTokens: 3000, outputTokens: 110, cachedInputTokens: 0 },
      contextTokens: 2010,
      cost: { microUsd: 3000 + 550, source: "estimated" },
    });
    expect(receipt.price).toMatchObject({ input: 1_000_000, source: PRICE_SOURCE });
  });

  test("has no cost while a request is in progress or was interrupted, since its usage is unknown", () => {
    const receipt = whole(new RunReceipt(...HAIKU), ended(1000, 100));
    receipt.begin();
    expect(receipt.requests).toBe(2);
    expect(receipt.metadata).toEqual({
      usage: { inputTokens: 1000, outputTokens: 100, cachedInputTokens: 0 },
      contextTokens: 1100,
    });
    expect(receipt.price).toBeNull();
  });

  test("keeps the cost of earlier requests when the provider refuses one, which is free", () => {
    const receipt = whole(new RunReceipt(...HAIKU), ended(1000, 100));
    receipt.begin().wasRefused();
    // What the framework reports for a refused request.
    receipt.add(ended());
    expect(receipt.requests).toBe(2);
    expect(receipt.metadata.cost).toEqual({ microUsd: 1500, source: "estimated" });
  });

  test("does not call a run free when its only request was refused", () => {
    const receipt = new RunReceipt(...HAIKU);
    receipt.begin().wasRefused();
    expect(receipt).toMatchObject({ requests: 1, metadata: {}, price: null });
    expect(receipt.metadata).not.toHaveProperty("cost");
  });

  test("does not count what was never sent", () => {
    const receipt = whole(new RunReceipt(...HAIKU), ended(1000, 100));
    receipt.begin().wasNotSent();
    expect(receipt.requests).toBe(1);
    expect(receipt.metadata.cost).toEqual({ microUsd: 1500, source: "estimated" });
  });

  test("has no cost when a request ended without token counts", () => {
    expect(whole(new RunReceipt(...HAIKU), ended(1000, 100), ended()).metadata).toEqual({
      usage: { inputTokens: 1000, outputTokens: 100, cachedInputTokens: 0 },
      contextTokens: 1100,
    });
  });

  test("has no cost at a provider without prices", () => {
    expect(whole(new RunReceipt(...OWN), ended(1000, 100)).metadata).not.toHaveProperty("cost");
  });

  test("uses the cost the provider reports, even without tokens", () => {
    const receipt = whole(new RunReceipt(...ROUTED), reported(0.002), reported(0.001, 50));
    expect(receipt.metadata.cost).toEqual({ microUsd: 3000, source: "reported" });
  });

  test("reports zero cost for a free model", () => {
    expect(whole(new RunReceipt(...ROUTED), reported(0, 50)).metadata.cost).toEqual({
      microUsd: 0,
      source: "reported",
    });
  });

  test("keeps the price of its largest request, regardless of order", () => {
    const long = whole(new RunReceipt(...SONNET), ended(300_000, 1)).price;
    const short = whole(new RunReceipt(...SONNET), ended(1000, 1)).price;
    expect(long?.input).toBeGreaterThan(short?.input ?? Number.POSITIVE_INFINITY);
    expect(whole(new RunReceipt(...SONNET), ended(300_000, 1), ended(1000, 1)).price).toEqual(long);
    expect(whole(new RunReceipt(...SONNET), ended(1000, 1), ended(300_000, 1)).price).toEqual(long);
  });

  test("stays within what can be stored, whatever servers report", () => {
    const step: StepReport = {
      usage: {
        inputTokens: Number.MAX_VALUE,
        outputTokens: Number.MAX_VALUE,
        inputTokenDetails: { cacheReadTokens: Number.MAX_VALUE },
        outputTokenDetails: { reasoningTokens: Number.MAX_VALUE },
      },
      providerMetadata: undefined,
    };
    const { usage } = whole(new RunReceipt(...OWN), ...Array.from({ length: 24 }, () => step)).metadata;
    expect(usage).toEqual({
      inputTokens: 2_147_483_647,
      outputTokens: 2_147_483_647,
      cachedInputTokens: 2_147_483_647,
      reasoningTokens: 2_147_483_647,
    });
  });
});
