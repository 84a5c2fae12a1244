import type { AiKeyListResponse, AiKeyPresenceResponse, AiKeySavedResponse } from "@/contracts/ai-keys";
import { saveAiKeyRequestSchema } from "@/contracts/ai-keys";
import { deleteKeysOf } from "@/domain/keys/delete-key";
import { listKeys } from "@/domain/keys/list-keys";
import { hasKeyFor } from "@/domain/keys/require-personal-key";
import { saveKey } from "@/domain/keys/save-key";
import { providerById } from "@/domain/providers/registry";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { MAX_KEY_BODY_BYTES } from "./key-route";

export const GET = apiRoute(async ({ url, user }): Promise<AiKeyListResponse | AiKeyPresenceResponse> => {
  if (!url.searchParams.has("provider")) return { keys: await listKeys(user) };
  const provider = knownProvider(url);
  return { hasKey: await hasKeyFor(user, provider), provider };
});

export const POST = apiRoute(async ({ request, user }): Promise<AiKeySavedResponse> => {
  const key = await readJson(request, saveAiKeyRequestSchema, { maxBytes: MAX_KEY_BODY_BYTES });
  const id = await saveKey(user, key);
  return { success: true, ...(id === null ? {} : { id }) };
});

export const DELETE = apiRoute(async ({ url, user }) => {
  await deleteKeysOf(user, knownProvider(url));
  return { success: true };
});

function knownProvider(url: URL): string {
  return providerById(url.searchParams.get("provider") ?? "").facts.id;
}

const refuse = refuseMethod("GET", "POST", "DELETE");

export { refuse as PATCH, refuse as PUT };
