import "server-only";
import type { ProviderId } from "@/contracts/provider";
import { environment } from "@/lib/env.server";
import { Secret } from "@/lib/secret";
import { modelAccessError } from "../../model-access-error";
import type { KeySource, PlatformKey } from "../key-source";

/** The operator's keys, one for a provider at most, from the environment. */
export const platformKeys: KeySource<PlatformKey> = {
  find: async (_actor, { provider }) =>
    platformKey(provider) ? { source: "platform", provider, baseUrl: null } : null,
  missing: ({ provider }) => modelAccessError("platform_not_configured", provider),
  async open(_actor, { provider }) {
    const key = platformKey(provider);
    if (!key) throw modelAccessError("platform_not_configured", provider);
    return { key, paidWith: null };
  },
};

/** Whether the operator has set a key for a provider. */
export function hasPlatformKey(provider: ProviderId): boolean {
  return platformKey(provider) !== null;
}

function platformKey(provider: ProviderId): Secret | null {
  const env = environment();
  const keys: Record<string, string | undefined> = {
    anthropic: env.ANTHROPIC_API_KEY,
    openai: env.OPENAI_API_KEY,
    openrouter: env.OPENROUTER_API_KEY,
  };
  const key = keys[provider];
  return key === undefined ? null : new Secret(key);
}
