import "server-only";
import type { ProviderId } from "@/contracts/provider";
import { providerById } from "@/domain/providers/registry";
import { AppError } from "@/lib/app-error";

/**
 * Only a custom endpoint may do without a key: Ollama, llama.cpp and LM Studio ask for none.
 *
 * @param apiKey empty for none
 * @throws AppError `invalid_request`, `unknown_provider`
 */
export function requireApiKey(provider: ProviderId, apiKey: string): void {
  if (apiKey !== "" || providerById(provider).facts.needsAddress) return;
  throw new AppError("invalid_request", "Paste an API key before saving.");
}
