import useSWR, { mutate } from "swr";
import type { AiKeyListResponse, AiKeySummary } from "@/contracts/ai-keys";
import { callApi } from "@/lib/http/api-client";
import { MODELS_PATH } from "./use-model-groups";

export const AI_KEYS_PATH = "/api/v1/user/ai-keys";

/** The person's saved keys as far as they may be shown; null while unknown. */
export function useAiKeys(): { keys: AiKeySummary[] | null } {
  const { data } = useSWR<AiKeyListResponse>(AI_KEYS_PATH, () => callApi<AiKeyListResponse>(AI_KEYS_PATH));
  return { keys: data?.keys ?? null };
}

/** Saves the first Anthropic key or replaces it. Which models can be chosen changes with it. @throws ApiError */
export async function saveAnthropicKey(apiKey: string): Promise<void> {
  await callApi(AI_KEYS_PATH, { method: "POST", body: { provider: "anthropic", apiKey } });
  await refreshKeysAndOptions();
}

/** @throws ApiError */
export async function deleteAnthropicKey(): Promise<void> {
  await callApi(`${AI_KEYS_PATH}?provider=anthropic`, { method: "DELETE" });
  await refreshKeysAndOptions();
}

/** Call when keys, or what can be chosen with them, may have changed. Never fails. */
export async function refreshKeysAndOptions(): Promise<void> {
  // A list that does not reload is stale, not wrong: the save itself succeeded and must not look failed.
  await Promise.allSettled([mutate(AI_KEYS_PATH), mutate(MODELS_PATH)]);
}
