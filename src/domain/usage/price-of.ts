import type { AiProvider } from "@/contracts/ai-provider";
import type { ModelPrice } from "@/contracts/models";
import { providerById } from "../providers/registry";
import { type PricedModel, pricedModel } from "./price-library";

/**
 * List price of a model, where it has several the one for short requests.
 *
 * @param at when: prices change
 * @returns null if it is not known
 * @throws AppError `unknown_provider`
 */
export function priceOf(provider: AiProvider, model: string, at: Date): ModelPrice | null {
  return knownModel(provider, model, at)?.priceFor(0) ?? null;
}

/** Size of a model's context window in tokens; null if it is not known. @throws AppError `unknown_provider` */
export function contextTokensOf(provider: AiProvider, model: string): number | null {
  return knownModel(provider, model, new Date())?.contextTokens ?? null;
}

function knownModel(provider: AiProvider, model: string, at: Date): PricedModel | null {
  return pricedModel(providerById(provider).priceProviderId, model, at);
}
