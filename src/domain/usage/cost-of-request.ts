import { calcPrice } from "@pydantic/genai-prices";
import type { AiProvider } from "@/contracts/ai-provider";

/** Tokens of one request to a provider, as it reported them. */
export interface RequestTokens {
  /** All that went in: fresh, read from the cache and written to it. */
  inputTokens: number;
  /** The part of them read from the provider's cache. */
  cachedInputTokens: number;
  /** The part of them written to it. */
  cacheWriteTokens: number;
  /** All that came out, reasoning included. */
  outputTokens: number;
}

const MICRO = 1_000_000;

/**
 * What a request cost by the provider's list prices, which come from a maintained library. An estimate: discounts and taxes are
 * unknown here. Per request and not per answer, because some models cost more above a number of tokens in one request.
 *
 * @param at when it was sent: prices change
 * @returns micro-dollars (millionths of a US dollar), rounded to whole ones; null if the model has no known price
 */
export function costOfRequest(
  provider: AiProvider,
  model: string,
  tokens: RequestTokens,
  at: Date,
): number | null {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens } = tokens;
  const price = calcPrice(
    {
      input_tokens: inputTokens,
      cache_read_tokens: Math.min(cachedInputTokens, inputTokens),
      cache_write_tokens: Math.min(cacheWriteTokens, inputTokens - Math.min(cachedInputTokens, inputTokens)),
      output_tokens: outputTokens,
    },
    model,
    { providerId: provider, timestamp: at },
  );
  return price ? Math.round(price.total_price * MICRO) : null;
}
