import "server-only";
import type { ProviderId } from "@/contracts/provider";
import { environment } from "@/lib/env.server";
import { Secret } from "@/lib/secret";

/** The operator's key for a provider, or null when the server has none. */
export function platformKey(provider: ProviderId): Secret | null {
  const env = environment();
  const keys: Record<string, string | undefined> = {
    anthropic: env.ANTHROPIC_API_KEY,
    openai: env.OPENAI_API_KEY,
    openrouter: env.OPENROUTER_API_KEY,
  };
  const key = keys[provider];
  return key === undefined ? null : new Secret(key);
}
