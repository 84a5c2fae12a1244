import { mutate } from "swr";
import { useApi } from "@/components/use-api";
import type { AiKeyListResponse } from "@/contracts/ai-keys";
import { MODELS_PATH } from "./use-model-groups";
import { FIRST_SELECTION_PATH } from "./use-model-selection";

export const AI_KEYS_PATH = "/api/v1/user/ai-keys";

/** The person's keys, without their secrets; null while loading. */
export function useAiKeys() {
  const { data, failure, reload } = useApi<AiKeyListResponse>(AI_KEYS_PATH);
  return { keys: data?.keys ?? null, failure, reload };
}

/**
 * Call when keys may have changed, and with them the models they offer and what a new tab starts with. Never
 * throws.
 */
export async function refreshKeysAndOptions(): Promise<void> {
  // A list that fails to reload is only stale: the save itself succeeded and must not look failed.
  await Promise.allSettled([AI_KEYS_PATH, MODELS_PATH, FIRST_SELECTION_PATH].map((path) => mutate(path)));
}
