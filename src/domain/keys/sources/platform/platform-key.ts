import "server-only";
import type { AiProvider } from "@/contracts/ai-provider";
import { providerById } from "@/domain/providers/registry";
import { operatorKey } from "@/lib/provider-variables";
import type { Secret } from "@/lib/secret";

/**
 * The operator's key for a provider, or null when the server has none. Keys that bring their own address are people's.
 *
 * @throws AppError `unknown_provider`
 */
export function platformKey(provider: AiProvider): Secret | null {
  return providerById(provider).facts.needsAddress ? null : operatorKey(provider);
}
