import { calcPrice } from "@pydantic/genai-prices";
import { LRUCache } from "lru-cache";
import type { ModelPrice } from "@/contracts/models";

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

/** @returns null if the library has none */
export function priceOf(price: LibraryPrices, inputTokens: number): ModelPrice | null {
  const input = microUsd(price["input_mtok"], inputTokens);
  const output = microUsd(price["output_mtok"], inputTokens);
  if (input === null || output === null) return null;
  return {
    input,
    output,
    cachedInput: microUsd(price["cache_read_mtok"], inputTokens),
    cacheWrite: microUsd(price["cache_write_mtok"], inputTokens),
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
