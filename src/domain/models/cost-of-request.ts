import { calcPrice } from "@pydantic/genai-prices";
import type { ModelPrice } from "@/contracts/models";
import type { RequestUsage } from "@/domain/providers/provider-adapter";
import { PRICE_SOURCE, pricedModel } from "./price-library";

/**
 * What a request cost by list prices, and the prices used for it, so that the sum can be checked
 * later.
 */
export interface EstimatedCost {
  /** Micro-dollars (millionths of a US dollar), rounded to whole ones. */
  readonly microUsd: number;
  readonly price: ModelPrice;
  readonly priceSource: string;
}

const MICRO = 1_000_000;

/**
 * What a request cost by the provider's list prices, which come from a maintained library. An estimate:
 * discounts and taxes are unknown here. Per request and not per answer, because some models cost more above
 * a number of tokens in one request.
 *
 * @param priceProviderId the provider as the library calls it (`ProviderAdapter.priceProviderId`)
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
  const price = pricedModel(priceProviderId, model, at)?.priceFor(inputTokens);
  if (!price || priceProviderId === null) return null;
  // A part of the input counts as what it is once, and as fresh input no more; a part cannot exceed its
  // whole.
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
  return cost && { microUsd: Math.round(cost.total_price * MICRO), price, priceSource: PRICE_SOURCE };
}
