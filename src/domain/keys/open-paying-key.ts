import "server-only";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import type { Secret } from "@/lib/secret";
import { providerById } from "../providers/registry";
import { missingKey, type PaidWith, type PayingKey } from "./check-model-access";
import { modelAccessError } from "./model-access-error";
import { platformKey } from "./sources/platform/platform-key";
import { openSessionKey } from "./sources/session/open-session-key";
import { openApiKey } from "./sources/stored/open-api-key";

/** What one outgoing request needs a key for. */
export type KeyUse = "chat" | "test" | "list_models";

/**
 * Opens the key a request is paid with: the very key that was chosen, for the address it was chosen with.
 *
 * @param key null for the platform's
 * @returns the key, and which secret it was; null for the platform's
 * @throws AppError with the next click, if it cannot be had; no other key steps in
 */
export async function openPayingKey(
  actor: Actor,
  provider: ProviderId,
  key: Pick<PayingKey, "id" | "baseUrl"> | null,
  use: KeyUse,
): Promise<{ key: Secret; paidWith: PaidWith | null }> {
  const refuse = (status: Parameters<typeof modelAccessError>[0]) =>
    modelAccessError(status, providerById(provider).facts.name);
  if (key === null) {
    const ofPlatform = platformKey(provider);
    if (!ofPlatform) throw refuse("platform_not_configured");
    return { key: ofPlatform, paidWith: null };
  }
  const held = openSessionKey(actor, key.id, use);
  if (held) return { key: held.key, paidWith: { secretId: key.id, last4: held.last4 } };
  const opened = await openApiKey(actor, { provider, keyId: key.id }, use);
  if (opened.status === "not_configured") throw refuse(missingKey(key.id));
  if (opened.status !== "ok") throw refuse(opened.status);
  // Replaced with another address since the request was prepared: the key belongs to that address, not to this one.
  if (opened.baseUrl !== key.baseUrl) throw refuse("key_gone");
  const { secretId, last4 } = opened;
  return { key: opened.key, paidWith: { secretId, last4 } };
}
