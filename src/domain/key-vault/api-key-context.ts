import type { AiProvider } from "@/contracts/ai-provider";
import type { SealContext } from "@/lib/encryption";

/** Binds a sealed key to its person and provider: copied into another row, user or column it does not open. */
export function apiKeyContext(userId: string, provider: AiProvider): SealContext {
  return { table: "user_ai_api_keys", column: "api_key", owner: userId, purpose: provider };
}
