import type { AiKeyListResponse, AiKeyPresenceResponse, AiKeySavedResponse } from "@/contracts/ai-keys";
import { saveAiKeyRequestSchema } from "@/contracts/ai-keys";
import { recentTestOf } from "@/domain/key-health/recent-tests";
import { addApiKey } from "@/domain/key-vault/add-api-key";
import { deleteApiKeysOf } from "@/domain/key-vault/delete-api-key";
import { findApiKey } from "@/domain/key-vault/find-api-key";
import { listApiKeys } from "@/domain/key-vault/list-api-keys";
import { saveApiKey } from "@/domain/key-vault/save-api-key";
import { providerById } from "@/domain/providers/registry";
import { keepSessionKey } from "@/domain/session-keys/keep-session-key";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { MAX_KEY_BODY_BYTES } from "./key-route";

export const GET = apiRoute(async ({ url, user }): Promise<AiKeyListResponse | AiKeyPresenceResponse> => {
  if (!url.searchParams.has("provider")) return { keys: await listApiKeys(user) };
  const provider = knownProvider(url);
  return { hasKey: (await findApiKey(user, { provider })) !== null, provider };
});

export const POST = apiRoute(async ({ request, user }): Promise<AiKeySavedResponse> => {
  const { sessionOnly, label, ...key } = await readJson(request, saveAiKeyRequestSchema, {
    maxBytes: MAX_KEY_BODY_BYTES,
  });
  const tested = recentTestOf(user, key);
  const named = { ...key, label: label ?? "", tested };
  if (sessionOnly) return { success: true, id: await keepSessionKey(user, named) };
  const isFurther = label !== undefined || key.baseUrl !== undefined;
  if (isFurther) return { success: true, id: await addApiKey(user, named) };
  await saveApiKey(user, { ...key, tested });
  return { success: true };
});

export const DELETE = apiRoute(async ({ url, user }) => {
  await deleteApiKeysOf(user, knownProvider(url));
  return { success: true };
});

function knownProvider(url: URL): string {
  return providerById(url.searchParams.get("provider") ?? "").facts.id;
}

const refuse = refuseMethod("GET", "POST", "DELETE");

export { refuse as PATCH, refuse as PUT };
