import { calcPrice } from "@pydantic/genai-prices";
import type { ModelPrice } from "@/contracts/models";
import { isCredible } from "@/domain/providers/credible-price";
import type { TokenCounts } from "@/domain/providers/wire/token-counts";
import { PRICE_SOURCE, priceOf, type SpecialPrices, specialPricesOf } from "./price-library";

/** The cost of a request at list prices, and the prices used, so that it can be verified later. */
export interface EstimatedCost {
  /** Micro-dollars (millionths of a US dollar), rounded. */
  readonly microUsd: number;
  readonly price: ModelPrice & SpecialPrices;
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
 * @returns null if the model has no known price, or one that cannot be meant
 */
export function costOfRequest(
  priceProviderId: string | null,
  model: string,
  tokens: PricedTokens,
  at: Date,
): EstimatedCost | null {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens } = tokens;
  const { cacheWrite1hTokens = 0, reasoningTokens = 0, webSearches = 0 } = tokens;
  if (priceProviderId === null) return null;
  // Each part of the input is charged once, and not as fresh input too; a part cannot exceed its whole.
  const cached = Math.min(cachedInputTokens, inputTokens);
  const written = Math.min(cacheWriteTokens, inputTokens - cached);
  const cost = calcPrice(
    {
      input_tokens: inputTokens,
      cache_read_tokens: cached,
      cache_write_tokens: written,
      cache_write_1h_tokens: Math.min(cacheWrite1hTokens, written),
      output_tokens: outputTokens,
      output_reasoning_tokens: Math.min(reasoningTokens, outputTokens),
      web_searches: webSearches,
    },
    model,
    { providerId: priceProviderId, timestamp: at },
  );
  const price = cost && priceOf(cost.model_price, inputTokens);
  if (!price) return null;
  const exact = cost.total_price * MICRO;
  if (!isCredible(exact)) return null;
  // What is charged for is never recorded as free.
  const microUsd = exact > 0 ? Math.max(1, Math.round(exact)) : 0;
  return {
    microUsd,
    price: { ...price, ...specialPricesOf(cost.model_price, tokens) },
    priceSource: PRICE_SOURCE,
  };
}

type Optional = "cacheWrite1hTokens" | "reasoningTokens" | "webSearches";
type PricedTokens = Omit<TokenCounts, Optional> & Partial<Pick<TokenCounts, Optional>>;
