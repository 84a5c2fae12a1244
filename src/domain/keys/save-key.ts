import "server-only";
import type { SaveAiKeyRequest } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import { recentTestOf } from "./health/recent-tests";
import { requireApiKey } from "./require-api-key";
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
    return (sessionOnly ? sessionKeys : storedKeys).add(actor, { ...key, label: label ?? "", tested });
  }
  await saveStoredKey(actor, { ...key, tested });
  return null;
}
