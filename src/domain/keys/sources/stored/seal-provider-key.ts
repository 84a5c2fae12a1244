import "server-only";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import { fingerprintOf, sealText } from "@/domain/vault/sealing/seal-text";
import { API_KEYS } from "@/domain/vault/sealing/sealed-columns";
import type { DataKey } from "@/lib/encryption";
import { healthOfNewKey, type KeyTested } from "../../health/key-tested";
import { sealableKey } from "../no-key";
import { newSealPurpose } from "./seal-purpose";

/**
 * The columns of a row that belong to one secret.
 *
 * @param tested result of a test made just before, if any
 */
export function sealProviderKey(
  actor: Actor,
  { provider, baseUrl, apiKey }: { provider: ProviderId; baseUrl: string | null; apiKey: string },
  dataKey: DataKey,
  tested: KeyTested | null = null,
) {
  const sealPurpose = newSealPurpose(provider, baseUrl);
  const sealable = sealableKey(apiKey);
  return {
    apiKey: sealText(API_KEYS, { owner: actor.userId, purpose: sealPurpose }, sealable, dataKey),
    last4: apiKey.slice(-4),
    fingerprint: fingerprintOf(API_KEYS, sealable, dataKey),
    sealPurpose,
    baseUrl,
    unreadableSince: null,
    lastUsedAt: null,
    expiresAt: null,
    madeOn: null,
    pausedAt: null,
    pause: null,
    ...healthOfNewKey(tested),
  };
}
