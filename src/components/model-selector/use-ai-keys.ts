import { mutate } from "swr";
import { useApi } from "@/components/use-api";
import type { AiKeyListResponse } from "@/contracts/ai-keys";
import { MODELS_PATH } from "./use-model-groups";

export const AI_KEYS_PATH = "/api/v1/user/ai-keys";

/** The person's keys as far as they may be shown; null while unknown. */
export function useAiKeys() {
  const { data, failure, reload } = useApi<AiKeyListResponse>(AI_KEYS_PATH);
  return { keys: data?.keys ?? null, failure, reload };
}

/** Call when keys, or what can be chosen with them, may have changed. Never fails. */
export async function refreshKeysAndOptions(): Promise<void> {
  // A list that does not reload is stale, not wrong: the save itself succeeded and must not look failed.
  await Promise.allSettled([mutate(AI_KEYS_PATH), mutate(MODELS_PATH)]);
}
