import type { ModelPrice } from "@/contracts/models";
import type { ProviderId } from "@/contracts/provider";
import { providerById } from "@/domain/providers/registry";
import { pricedModel } from "./price-library";

/** What the price library knows about a model. */
export interface ModelFacts {
  /** Size of the context window in tokens; null if unknown. */
  readonly contextTokens: number | null;
  /** List price, for short requests if there are several; null if unknown. */
  readonly price: ModelPrice | null;
}

/** @param at date of the prices @throws AppError `unknown_provider` */
export function modelFacts(provider: ProviderId, model: string, at: Date): ModelFacts {
  const known = pricedModel(providerById(provider).priceProviderId, model, at);
  return { contextTokens: known?.contextTokens ?? null, price: known?.priceFor(0) ?? null };
}
