import "server-only";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { ModelGroup, PickableModel } from "@/contracts/models";
import type { Actor } from "@/domain/identity/actor";
import { type CatalogModel, catalogModels } from "@/domain/models/catalog";
import { DEFAULT_SELECTION } from "@/domain/models/default-selection";
import type { ProviderAdapter } from "@/domain/providers/provider-adapter";
import { PROVIDERS } from "@/domain/providers/registry";
import { listKeys } from "../list-keys";
import { hasPlatformKey } from "../sources/platform/platform-keys";

/**
 * What `actor` can choose, grouped by payer: the platform's models for each provider with a platform key,
 * then those of each personal key. Uses only what is known without asking a provider. A group that cannot pay
 * says why.
 */
export async function listModelGroups(actor: Actor): Promise<ModelGroup[]> {
  return modelGroupsOf(await listKeys(actor));
}

/** The same for keys that were listed already. */
export function modelGroupsOf(keys: readonly AiKeySummary[]): ModelGroup[] {
  const hasOwn = keys.some((key) => unavailableReason(key) === null);
  const platform = PROVIDERS.flatMap((provider) => platformGroup(provider, hasOwn));
  const personal = PROVIDERS.flatMap((provider) => {
    const own = keys.filter((key) => key.provider === provider.facts.id);
    return own.length > 0 ? own.map((key) => keyGroup(provider, key)) : missingKeyGroup(provider);
  });
  return [...platform, ...personal];
}

/** @param hasOwn whether the person has a key that can be chosen instead */
function platformGroup({ facts }: ProviderAdapter, hasOwn: boolean): ModelGroup[] {
  const offered = catalogModels(facts.id).filter((model) => model.offeredBy.includes("platform"));
  const isConfigured = hasPlatformKey(facts.id);
  // Without a platform key, the default provider is shown with the reason; others are left out.
  if (offered.length === 0 || (!isConfigured && facts.id !== DEFAULT_SELECTION.provider)) return [];
  return [
    {
      keyProvider: "platform",
      aiProvider: facts.id,
      providerName: facts.name,
      keyId: null,
      keyLabel: null,
      last4: null,
      isDefaultKey: false,
      reason: isConfigured
        ? null
        : hasOwn
          ? "This server has no platform key. Choose your own key."
          : "This server has no platform key. Save your own key, or ask the operator to set one.",
      source: "catalog",
      listProblem: null,
      models: offered.map(pickable),
    },
  ];
}

/** The catalogue's models for one key. */
export function keyGroup({ facts }: ProviderAdapter, key: AiKeySummary): ModelGroup {
  return {
    keyProvider: "personal",
    aiProvider: facts.id,
    providerName: facts.name,
    keyId: key.id,
    keyLabel: key.label,
    last4: key.last4,
    ...(key.baseUrl === null ? {} : { baseUrl: key.baseUrl }),
    isDefaultKey: key.isDefault,
    reason: unavailableReason(key),
    source: "catalog",
    listProblem: null,
    models: catalogModels(facts.id).map(pickable),
  };
}

function unavailableReason(key: AiKeySummary): string | null {
  const { status, disabled, last4, paused, isExpired } = key;
  if (status === "needs_reentry") {
    return last4 === ""
      ? "Your saved endpoint can no longer be read. Save it again in the API Keys tab."
      : "Your saved key can no longer be read. Paste it again in the API Keys tab.";
  }
  const what = last4 === "" ? "endpoint" : "key";
  if (disabled) return `This ${what} is switched off. Enable it in the API Keys tab.`;
  if (paused) return `This ${what} is paused. ${paused.sentence} Replace or resume it in the API Keys tab.`;
  return isExpired ? `This ${what} is past its date. Extend or replace it in the API Keys tab.` : null;
}

function missingKeyGroup({ facts }: ProviderAdapter): ModelGroup[] {
  const models = catalogModels(facts.id).map(pickable);
  if (models.length === 0) return [];
  return [
    {
      keyProvider: "personal",
      aiProvider: facts.id,
      providerName: facts.name,
      keyId: null,
      keyLabel: null,
      last4: null,
      isDefaultKey: false,
      reason: `Requires your ${facts.name} API key. Save it in the API Keys tab.`,
      source: "catalog",
      listProblem: null,
      models,
    },
  ];
}

function pickable({ id, name, description, contextTokens, price }: CatalogModel): PickableModel {
  return { id, name, description, contextTokens, price, reason: null };
}
