import type { ModelId } from "@/contracts/model-selection";
import type { ModelPrice } from "@/contracts/models";
import type { KeyProvider } from "@/contracts/payer";
import type { ProviderId } from "@/contracts/provider";
import type { KnownModel } from "@/domain/providers/provider-adapter";
import { PROVIDERS } from "@/domain/providers/registry";
import { modelFacts } from "./model-facts";

/** A model that is known without asking its provider. */
export interface CatalogModel {
  readonly id: ModelId;
  readonly provider: ProviderId;
  readonly name: string;
  readonly description: string;
  /** Size of the context window in tokens; null when it is not known. */
  readonly contextTokens: number | null;
  /** List price of today for short requests; null when it is not known. */
  readonly price: ModelPrice | null;
  /** Which payers may pay for it. */
  readonly offeredBy: readonly KeyProvider[];
}

const HOUR_MS = 3_600_000;

/** Looking prices up takes milliseconds, and one list of models asks for the same ones with every key. */
const catalogs = new Map<ProviderId, { hour: number; models: readonly CatalogModel[] }>();

/**
 * The known models of a provider, in the order people see them; none for a provider nobody wrote any down for.
 *
 * @param at prices are those of the hour it lies in
 */
export function catalogModels(provider: ProviderId, at: Date = new Date()): readonly CatalogModel[] {
  const known = PROVIDERS.find(({ facts }) => facts.id === provider)?.knownModels;
  // Only of providers that are registered: any other name may come from outside.
  if (!known) return [];
  const hour = Math.floor(at.getTime() / HOUR_MS);
  const kept = catalogs.get(provider);
  if (kept?.hour === hour) return kept.models;
  const models = known.map((model) => withFacts(provider, model, at));
  catalogs.set(provider, { hour, models });
  return models;
}

/** @param id as the provider names it */
export function findCatalogModel(provider: ProviderId, id: ModelId): CatalogModel | null {
  return catalogModels(provider).find((model) => model.id === id) ?? null;
}

/** The provider whose known model this is, for requests that name no provider; null if none has it. */
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
