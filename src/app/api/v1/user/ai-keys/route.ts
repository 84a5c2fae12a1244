import type { AiKeyListResponse, AiKeyPresenceResponse, AiKeySavedResponse } from "@/contracts/ai-keys";
import { saveAiKeyRequestSchema } from "@/contracts/ai-keys";
import { recentTestOf } from "@/domain/keys/health/recent-tests";
import { listApiKeys } from "@/domain/keys/list-api-keys";
import { keepSessionKey } from "@/domain/keys/sources/session/keep-session-key";
import { addApiKey } from "@/domain/keys/sources/stored/add-api-key";
import { deleteApiKeysOf } from "@/domain/keys/sources/stored/delete-api-key";
import { findApiKey } from "@/domain/keys/sources/stored/find-api-key";
import { saveApiKey } from "@/domain/keys/sources/stored/save-api-key";
import { providerById } from "@/domain/providers/registry";
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
