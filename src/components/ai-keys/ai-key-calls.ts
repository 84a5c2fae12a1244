import { AI_KEYS_PATH, refreshKeysAndOptions } from "@/components/model-selector/use-ai-keys";
import type { AiConnectionStarted } from "@/contracts/ai-connections";
import type {
  AiKeyDeletionPreview,
  AiKeySavedResponse,
  ChangeAiKeyRequest,
  KeyTestResponse,
  KeyTestResult,
  ReplaceAiKeyRequest,
  SaveAiKeyRequest,
} from "@/contracts/ai-keys";
import { callApi } from "@/lib/http/api-client";

/*
 * Changes to keys. They also change which models can be chosen, so both lists are reloaded. All throw
 * ApiError.
 */

type PastedKey = Pick<SaveAiKeyRequest, "provider" | "apiKey" | "baseUrl">;

const pathOf = (keyId: string, verb = "") => `${AI_KEYS_PATH}/${keyId}${verb}` as const;

/** @returns the id of an added key; null for the provider's default one */
export async function saveKey(key: SaveAiKeyRequest): Promise<string | null> {
  const { id } = await callApi<AiKeySavedResponse>(AI_KEYS_PATH, { method: "POST", body: key });
  await refreshKeysAndOptions();
  return id ?? null;
}

/** Tests an unsaved key at its provider. */
export async function testPastedKey(key: PastedKey): Promise<KeyTestResult> {
  return (await callApi<KeyTestResponse>(`${AI_KEYS_PATH}/test`, { method: "POST", body: key })).result;
}

export async function testSavedKey(keyId: string): Promise<KeyTestResult> {
  try {
    return (await callApi<KeyTestResponse>(pathOf(keyId, "/test"), { method: "POST" })).result;
  } finally {
    // Also after a failed test: the list shows if the key can no longer be decrypted.
    await refreshKeysAndOptions();
  }
}

export async function changeKey(keyId: string, change: ChangeAiKeyRequest): Promise<void> {
  await callApi(pathOf(keyId), { method: "PATCH", body: change });
  await refreshKeysAndOptions();
}

/** @returns the result of testing the new key */
export async function replaceKey(keyId: string, replacement: ReplaceAiKeyRequest): Promise<KeyTestResult> {
  const path = pathOf(keyId, "/replacement");
  const { result } = await callApi<KeyTestResponse>(path, { method: "POST", body: replacement });
  await refreshKeysAndOptions();
  return result;
}

export async function switchBackKey(keyId: string): Promise<void> {
  await callApi(pathOf(keyId, "/previous"), { method: "POST" });
  await refreshKeysAndOptions();
}

export async function dropPreviousKey(keyId: string): Promise<void> {
  await callApi(pathOf(keyId, "/previous"), { method: "DELETE" });
  await refreshKeysAndOptions();
}

export function previewKeyDeletion(keyId: string): Promise<AiKeyDeletionPreview> {
  return callApi<AiKeyDeletionPreview>(pathOf(keyId, "/deletion"));
}

export async function deleteKey(keyId: string): Promise<void> {
  await callApi(pathOf(keyId), { method: "DELETE" });
  await refreshKeysAndOptions();
}

/** @returns URL of the provider's consent page */
export async function startConnection(provider: string): Promise<string> {
  const path = `/api/v1/user/ai-connections/${provider}` as const;
  return (await callApi<AiConnectionStarted>(path, { method: "POST" })).authorizeUrl;
}
