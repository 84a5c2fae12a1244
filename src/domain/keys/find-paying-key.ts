import "server-only";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import { findCatalogModel } from "@/domain/models/catalog";
import { providerById } from "@/domain/providers/registry";
import { endpointAddressOf } from "@/domain/providers/transport/endpoint-address";
import { modelAccessError } from "./model-access-error";
import { pauseSentence } from "./pause-sentence";
import type { PayingKey, PersonalKey } from "./sources/key-source";
import { keySourceFor } from "./sources/key-sources";
import { storedKeys } from "./sources/stored/stored-keys";

export type { PaidWith, PayingKey, PersonalKey } from "./sources/key-source";

/**
 * The key that pays for a selection, looked up before anything is sent, without opening it. A personal
 * selection that cannot be served is an error: it never falls back to the platform or to another key of the
 * person.
 *
 * @param storedKey what was read of it together with something else: the stored key that the selection names,
 *   or null if there is none
 * @throws AppError with the next step if the selection cannot be served; `unknown_provider`;
 *   `endpoint_refused` if the key's address may not be reached
 */
export async function findPayingKey(
  actor: Actor,
  selection: ModelSelection,
  storedKey?: PersonalKey | null,
): Promise<PayingKey> {
  const { payer, provider, model, keyId } = selection;
  providerById(provider);
  // The provider decides which models a personal key may use: new ones appear every week.
  if (payer === "platform") requireOffered(provider, model);
  const source = keySourceFor(selection);
  const isRead = storedKey !== undefined && source === storedKeys;
  const key = isRead ? storedKey : await source.find(actor, { provider, keyId });
  if (!key) throw source.missing({ provider, keyId });
  if (key.source !== "platform") requireUsable(key);
  return key;
}

function requireOffered(provider: ProviderId, model: string): void {
  const known = findCatalogModel(provider, model);
  if (!known) throw modelAccessError("unknown_model", provider);
  if (!known.offeredBy.includes("platform")) throw modelAccessError("not_offered", provider);
}

function requireUsable(key: PersonalKey): void {
  const { provider, baseUrl, status, disabled, last4, isExpired, pause } = key;
  if (disabled) throw modelAccessError("disabled", provider, last4 !== "");
  if (pause) throw modelAccessError("paused", provider, last4 !== "", pauseSentence(pause));
  if (isExpired) throw modelAccessError("expired", provider, last4 !== "");
  if (status !== "ok") throw modelAccessError("cannot_decrypt", provider, last4 !== "");
  // The operator may have blocked an address since the key was saved.
  if (baseUrl !== null) endpointAddressOf(provider, baseUrl);
}
