import useSWR, { mutate } from "swr";
import type { AiKeyListResponse, AiKeySummary } from "@/contracts/ai-keys";
import { callApi } from "@/lib/http/api-client";
import { MODELS_PATH } from "./use-model-groups";

export const AI_KEYS_PATH = "/api/v1/user/ai-keys";

/** The person's keys as far as they may be shown; null while unknown. */
export function useAiKeys(): { keys: AiKeySummary[] | null; failure: string | null; reload: () => void } {
  const {
    data,
    error,
    mutate: reload,
  } = useSWR<AiKeyListResponse, Error>(AI_KEYS_PATH, () => callApi<AiKeyListResponse>(AI_KEYS_PATH));
  return {
    keys: data?.keys ?? null,
    failure: !data && error ? error.message : null,
    reload: () => void reload(),
  };
}

/** Call when keys, or what can be chosen with them, may have changed. Never fails. */
export async function refreshKeysAndOptions(): Promise<void> {
  // A list that does not reload is stale, not wrong: the save itself succeeded and must not look failed.
  await Promise.allSettled([mutate(AI_KEYS_PATH), mutate(MODELS_PATH)]);
}
