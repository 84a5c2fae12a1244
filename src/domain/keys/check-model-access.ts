import "server-only";
import type { ModelSelection } from "@/contracts/model-selection";
import type { Actor } from "@/domain/identity/actor";
import { findCatalogModel } from "@/domain/models/catalog";
import { endpointAddressOf } from "@/domain/providers/transport/endpoint-address";
import { providerById } from "../providers/registry";
import { keyLabel } from "./key-label";
import { platformKey } from "./sources/platform/platform-key";
import { findSessionKey, isSessionKeyId } from "./sources/session/session-key-store";
import { findApiKey } from "./sources/stored/find-api-key";

export type ModelAccessRefusal =
  | "not_offered"
  | "unknown_model"
  | "platform_not_configured"
  | "not_configured"
  | "disabled"
  | "session_gone"
  | "key_gone"
  | "cannot_decrypt"
  | "key_store_unavailable";

/** The personal key a message will be paid with. */
export interface PayingKey {
  id: string;
  label: string;
  last4: string;
  baseUrl: string | null;
  /** Names the secret the key has now (FoundApiKey). */
  secretId: string;
}

/** Which secret of a key was opened. The key may have been replaced since it was looked up; what is learnt belongs to this one. */
export type PaidWith = Pick<PayingKey, "secretId" | "last4">;

export type ModelAccess =
  | { status: "ok"; key: PayingKey | null }
  | { status: Exclude<ModelAccessRefusal, "key_store_unavailable"> };

/**
 * Whether a selection can be served, before anything is sent and without opening a key. A personal selection that cannot
 * be served stays an error: it never turns into a platform request, nor into another of the person's keys.
 *
 * @throws AppError `unknown_provider`; `endpoint_refused` if the key's endpoint may not be reached
 */
export async function checkModelAccess(actor: Actor, selection: ModelSelection): Promise<ModelAccess> {
  const { payer, provider, model, keyId } = selection;
  providerById(provider);
  if (payer === "platform") {
    const known = findCatalogModel(provider, model);
    if (!known) return { status: "unknown_model" };
    if (!known.offeredBy.includes("platform")) return { status: "not_offered" };
    return platformKey(provider) ? { status: "ok", key: null } : { status: "platform_not_configured" };
  }
  // Which models a key may use is for its provider to say: new ones appear every week.
  const held = keyId === undefined ? null : findSessionKey(actor, keyId);
  if (held) {
    if (held.provider !== provider) return { status: "not_configured" };
    requireAllowedAddress(held);
    const { id, last4, baseUrl } = held;
    return { status: "ok", key: { id, label: keyLabel(held), last4, baseUrl, secretId: id } };
  }
  const saved = await findApiKey(actor, { provider, keyId });
  if (!saved) return { status: missingKey(keyId) };
  if (saved.disabled) return { status: "disabled" };
  if (saved.status !== "ok") return { status: "cannot_decrypt" };
  requireAllowedAddress(saved);
  const { id, last4, baseUrl, secretId } = saved;
  return { status: "ok", key: { id, label: keyLabel(saved), last4, baseUrl, secretId } };
}

/** What to say of a key that is not there: a chosen one is gone, and without a choice there is none of this provider. */
export function missingKey(keyId: string | undefined): "session_gone" | "key_gone" | "not_configured" {
  if (keyId === undefined) return "not_configured";
  return isSessionKeyId(keyId) ? "session_gone" : "key_gone";
}

/** The operator may have closed an address since the key was saved. @throws AppError `endpoint_refused` */
function requireAllowedAddress({ provider, baseUrl }: { provider: string; baseUrl: string | null }): void {
  if (baseUrl !== null) endpointAddressOf(provider, baseUrl);
}
