import "server-only";
import type { AiProvider } from "@/contracts/ai-provider";
import type { DataKey } from "@/lib/encryption";
import type { Actor } from "../actor";
import { fingerprintOf, sealText } from "../sealed-values/seal-text";
import { API_KEYS } from "../sealed-values/sealed-columns";
import { newSealPurpose } from "./seal-purpose";

/** The columns of a row that belong to one secret, and nothing learnt about it yet. */
export function sealApiKey(
  actor: Actor,
  { provider, baseUrl, apiKey }: { provider: AiProvider; baseUrl: string | null; apiKey: string },
  dataKey: DataKey,
) {
  const sealPurpose = newSealPurpose(provider, baseUrl);
  return {
    apiKey: sealText(API_KEYS, { owner: actor.userId, purpose: sealPurpose }, apiKey, dataKey),
    last4: apiKey.slice(-4),
    fingerprint: fingerprintOf(API_KEYS, apiKey, dataKey),
    sealPurpose,
    baseUrl,
    unreadableSince: null,
    lastUsedAt: null,
    health: null,
    healthAt: null,
    lastTestedAt: null,
    lastError: null,
    lastErrorAt: null,
    hasNotice: false,
    toldOf: null,
  };
}
