import "server-only";
import type { ProviderId } from "@/contracts/provider";
import { requireStanding } from "@/domain/identity/authority";
import { providerById } from "@/domain/providers/registry";
import { operatorKey } from "@/lib/provider-variables";
import type { Secret } from "@/lib/secret";
import { modelAccessError } from "../../model-access-error";
import type { KeySource, PlatformKey } from "../key-source";

/** The operator's keys from the environment, at most one per provider. */
export const platformKeys: KeySource<PlatformKey> = {
  find: async (_actor, { provider }) =>
    platformKey(provider) ? { source: "platform", provider, baseUrl: null } : null,
  missing: ({ provider }) => modelAccessError("platform_not_configured", provider),
  async open(actor, { provider }, _use, projectId) {
    await requireStanding(actor, projectId);
    const key = platformKey(provider);
    if (!key) throw modelAccessError("platform_not_configured", provider);
    return { key, paidWith: null };
  },
};

/** Whether the operator has set a key for a provider. */
export function hasPlatformKey(provider: ProviderId): boolean {
  return platformKey(provider) !== null;
}

/** Custom endpoints have personal keys only. */
function platformKey(provider: ProviderId): Secret | null {
  return providerById(provider).facts.needsAddress ? null : operatorKey(provider);
}

/** The operator's key for a request that asks its provider what was charged; null if there is none. */
export function platformKeyToReconcile(provider: ProviderId): Secret | null {
  return platformKey(provider);
}
