import { calcPrice } from "@pydantic/genai-prices";
import type { ModelPrice } from "@/contracts/models";
import type { RequestUsage } from "@/domain/providers/provider-adapter";
import { PRICE_SOURCE, priceOf } from "./price-library";

/** The cost of a request at list prices, and the prices used, so that it can be verified later. */
export interface EstimatedCost {
  /** Micro-dollars (millionths of a US dollar), rounded. */
  readonly microUsd: number;
  readonly price: ModelPrice;
  readonly priceSource: string;
}

const MICRO = 1_000_000;

/**
 * The cost of a request at the provider's list prices, from a maintained library. An estimate: discounts and
 * taxes are unknown. Per request, not per answer, because some models cost more above a number of tokens in
 * one request.
 *
 * @param priceProviderId the library's provider id (`ProviderAdapter.priceProviderId`)
 * @param at when it was sent: prices change
 * @returns null if the model has no known price
 */
export function costOfRequest(
  priceProviderId: string | null,
  model: string,
  tokens: Pick<RequestUsage, "inputTokens" | "cachedInputTokens" | "cacheWriteTokens" | "outputTokens">,
  at: Date,
): EstimatedCost | null {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens } = tokens;
  if (priceProviderId === null) return null;
  // Each part of the input is charged once, and not as fresh input too; a part cannot exceed its whole.
  const cached = Math.min(cachedInputTokens, inputTokens);
  const cost = calcPrice(
    {
      input_tokens: inputTokens,
      cache_read_tokens: cached,
      cache_write_tokens: Math.min(cacheWriteTokens, inputTokens - cached),
      output_tokens: outputTokens,
    },
    model,
    { providerId: priceProviderId, timestamp: at },
  );
  const price = cost && priceOf(cost.model_price, inputTokens);
  return price && { microUsd: Math.round(cost.total_price * MICRO), price, priceSource: PRICE_SOURCE };
}
