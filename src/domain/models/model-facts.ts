import type { ModelPrice } from "@/contracts/models";
import type { ProviderId } from "@/contracts/provider";
import { providerById } from "@/domain/providers/registry";
import { pricedModel } from "./price-library";

/** What the price library knows of a model. */
export interface ModelFacts {
  /** Size of the context window in tokens; null if it is not known. */
  readonly contextTokens: number | null;
  /** List price, where a model has several the one for short requests; null if it is not known. */
  readonly price: ModelPrice | null;
}

/**
 * @param at when: prices change
 * @throws AppError `unknown_provider`
 */
export function modelFacts(provider: ProviderId, model: string, at: Date): ModelFacts {
  const known = pricedModel(providerById(provider).priceProviderId, model, at);
  return { contextTokens: known?.contextTokens ?? null, price: known?.priceFor(0) ?? null };
}
