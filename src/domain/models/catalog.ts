import type { ModelId } from "@/contracts/model-selection";
import type { ModelPrice } from "@/contracts/models";
import type { KeyProvider } from "@/contracts/payer";
import type { ProviderId } from "@/contracts/provider";
import type { KnownModel } from "@/domain/providers/provider-adapter";
import { PROVIDERS } from "@/domain/providers/registry";
import { modelFacts } from "./model-facts";

/** A model known without asking its provider. */
export interface CatalogModel {
  readonly id: ModelId;
  readonly provider: ProviderId;
  readonly name: string;
  readonly description: string;
  /** Size of the context window in tokens; null if unknown. */
  readonly contextTokens: number | null;
  /** Current list price for short requests; null if unknown. */
  readonly price: ModelPrice | null;
  /** Which payers may use it. */
  readonly offeredBy: readonly KeyProvider[];
}

const HOUR_MS = 3_600_000;

/** Looking up prices takes milliseconds, and one model list needs the same prices for every key. */
const catalogs = new Map<ProviderId, { hour: number; models: readonly CatalogModel[] }>();

/**
 * A provider's known models, in display order; empty if none are maintained here.
 *
 * @param at the time of the prices, to the hour
 */
export function catalogModels(provider: ProviderId, at: Date = new Date()): readonly CatalogModel[] {
  const known = PROVIDERS.find(({ facts }) => facts.id === provider)?.knownModels;
  // Registered providers only: any other name may be untrusted input.
  if (!known) return [];
  const hour = Math.floor(at.getTime() / HOUR_MS);
  const kept = catalogs.get(provider);
  if (kept?.hour === hour) return kept.models;
  const models = known.map((model) => withFacts(provider, model, at));
  catalogs.set(provider, { hour, models });
  return models;
}

/** @param id the provider's model id */
export function findCatalogModel(provider: ProviderId, id: ModelId): CatalogModel | null {
  return catalogModels(provider).find((model) => model.id === id) ?? null;
}

/** The provider of a known model, for requests that name no provider; null if unknown. */
export function providerOfModel(id: ModelId): ProviderId | null {
  return PROVIDERS.find(({ knownModels }) => knownModels.some((model) => model.id === id))?.facts.id ?? null;
}

function withFacts(provider: ProviderId, model: KnownModel, at: Date): CatalogModel {
  return {
    id: model.id,
    provider,
    name: model.name,
    description: model.description,
    ...modelFacts(provider, model.id, at),
    offeredBy: model.offeredByPlatform ? ["platform", "personal"] : ["personal"],
  };
}
