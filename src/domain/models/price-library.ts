import { calcPrice } from "@pydantic/genai-prices";
import { LRUCache } from "lru-cache";
import type { ModelPrice } from "@/contracts/models";
import { isCredible } from "@/domain/providers/credible-price";

/**
 * The library and its version, stored with each cost. A test checks that the version is the installed one.
 */
export const PRICE_SOURCE = "genai-prices@0.1.8";

/** A model as the price library knows it. */
export interface PricedModel {
  readonly contextTokens: number | null;
  /**
   * The price of a request with this many input tokens: some models cost more above a threshold. Null if
   * there is none.
   */
  priceFor(inputTokens: number): ModelPrice | null;
}

type LibraryPrices = NonNullable<ReturnType<typeof calcPrice>>["model_price"];
type LibraryPrice = LibraryPrices[string];

/**
 * @param priceProviderId the library's provider id (`ProviderAdapter.priceProviderId`)
 * @param at date of the prices
 * @returns null if the library does not know the model
 */
export function pricedModel(priceProviderId: string | null, model: string, at: Date): PricedModel | null {
  if (priceProviderId === null) return null;
  // Prices of the library change on a day. Any text may be a model's name.
  const name = JSON.stringify([priceProviderId, model, Math.floor(at.getTime() / 60_000)]);
  let found = lookedUp.get(name);
  if (!found) {
    found = { priced: lookUp(priceProviderId, model, at) };
    lookedUp.set(name, found);
  }
  return found.priced;
}

/** The library compares a name with each it knows. */
const lookedUp = new LRUCache<string, { priced: PricedModel | null }>({ max: 200 });

function lookUp(priceProviderId: string, model: string, at: Date): PricedModel | null {
  const known = calcPrice({}, model, { providerId: priceProviderId, timestamp: at });
  if (!known) return null;
  const { model_price, model: facts } = known;
  return {
    contextTokens: facts.context_window ?? null,
    priceFor: (inputTokens) => priceOf(model_price, inputTokens),
  };
}

/** @returns null if the library has none, or one of them cannot be meant */
export function priceOf(prices: LibraryPrices, inputTokens: number): ModelPrice | null {
  const input = microUsd(prices["input_mtok"], inputTokens);
  const output = microUsd(prices["output_mtok"], inputTokens);
  if (input === null || output === null) return null;
  const price = {
    input,
    output,
    cachedInput: microUsd(prices["cache_read_mtok"], inputTokens),
    cacheWrite: microUsd(prices["cache_write_mtok"], inputTokens),
  };
  const others = Object.keys(prices).map((name) => microUsd(prices[name], inputTokens));
  return others.every((each) => each === null || isCredible(each)) ? price : null;
}

/** What is charged beside the prices that are shown, where the library knows it. */
export interface SpecialPrices {
  /** Tokens that are written to the cache for an hour. */
  cacheWrite1h?: number;
  /** Reasoning, where it does not cost what other output does. */
  reasoning?: number;
  /** A thousand searches. */
  webSearches?: number;
}

/** Those of them that a request with these counts was charged. */
export function specialPricesOf(
  prices: LibraryPrices,
  {
    inputTokens,
    cacheWrite1hTokens = 0,
    reasoningTokens = 0,
    webSearches = 0,
  }: { inputTokens: number; cacheWrite1hTokens?: number; reasoningTokens?: number; webSearches?: number },
): SpecialPrices {
  const charged = (count: number, name: string) => (count > 0 ? microUsd(prices[name], inputTokens) : null);
  const cacheWrite1h = charged(cacheWrite1hTokens, "cache_write_1h_mtok");
  const reasoning = charged(reasoningTokens, "output_reasoning_mtok");
  const searches = charged(webSearches, "web_searches_kcount");
  return {
    ...(cacheWrite1h !== null && { cacheWrite1h }),
    ...(reasoning !== null && { reasoning }),
    ...(searches !== null && { webSearches: searches }),
  };
}

/**
 * The library uses dollars per million tokens. A tier applies to requests with more tokens than its start,
 * and to all tokens of such a request.
 */
function microUsd(price: LibraryPrice, inputTokens: number): number | null {
  if (price === undefined) return null;
  const dollars =
    typeof price === "number"
      ? price
      : (price.tiers.findLast(({ start }) => inputTokens > start)?.price ?? price.base);
  return Math.round(dollars * 1_000_000);
}
