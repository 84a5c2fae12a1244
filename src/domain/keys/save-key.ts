import "server-only";
import type { SaveAiKeyRequest } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import type { ListedModel } from "@/domain/providers/provider-adapter";
import { checkAddress } from "./check-address";
import { recentTestOf } from "./health/recent-tests";
import { liveListName, liveLists } from "./model-choices/live-lists";
import { requireApiKey } from "./require-api-key";
import { requirePersonalKey } from "./require-personal-key";
import { sessionKeys } from "./sources/session/session-keys";
import { saveStoredKey } from "./sources/stored/save-stored-key";
import { storedKeys } from "./sources/stored/stored-keys";

/**
 * Saves a provider key as requested: for this session only; as an additional key if it has a name or an
 * address; or as the provider's default key, replacing the current one.
 *
 * @returns the id of an added key; null for the default one
 * @throws AppError `unknown_provider`, `endpoint_refused`, `invalid_request`, `rate_limited`,
 *   `limit_reached`, `key_store_unavailable`; for a session key `unauthorized` and `unavailable`
 */
export async function saveKey(
  actor: Actor,
  { sessionOnly, label, ...key }: SaveAiKeyRequest,
): Promise<string | null> {
  requireApiKey(key.provider, key.apiKey);
  const tested = recentTestOf(actor, key);
  const isAdditional = label !== undefined || key.baseUrl !== undefined;
  if (sessionOnly || isAdditional) {
    const models = await checkAddress(actor, key);
    const id = await (sessionOnly ? sessionKeys : storedKeys).add(actor, {
      ...key,
      label: label ?? "",
      tested,
    });
    if (models && key.apiKey === "") await keepModels(actor, id, models);
    return id;
  }
  await saveStoredKey(actor, { ...key, tested });
  return null;
}

/** A new tab can then start with this endpoint at once. What one lists for a key is read with the key. */
async function keepModels(actor: Actor, keyId: string, models: ListedModel[]): Promise<void> {
  liveLists().set(liveListName(await requirePersonalKey(actor, keyId)), models);
}
