import type { AiKeyListResponse, AiKeyPresenceResponse } from "@/contracts/ai-keys";
import { saveAiKeyRequestSchema } from "@/contracts/ai-keys";
import { aiProviderSchema } from "@/contracts/ai-provider";
import { deleteApiKey } from "@/domain/key-vault/delete-api-key";
import { findApiKey } from "@/domain/key-vault/find-api-key";
import { listApiKeys } from "@/domain/key-vault/list-api-keys";
import { saveApiKey } from "@/domain/key-vault/save-api-key";
import { apiRoute, parseInput, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute(async ({ url, user }): Promise<AiKeyListResponse | AiKeyPresenceResponse> => {
  if (!url.searchParams.has("provider")) return { keys: await listApiKeys(user) };
  const provider = parseInput(aiProviderSchema, url.searchParams.get("provider"), "unknown_provider");
  return { hasKey: (await findApiKey(user, provider)) !== null, provider };
});

export const POST = apiRoute(async ({ request, user }) => {
  await saveApiKey(user, await readJson(request, saveAiKeyRequestSchema, { maxBytes: 8 * 1024 }));
  return { success: true };
});

export const DELETE = apiRoute(async ({ url, user }) => {
  await deleteApiKey(
    user,
    parseInput(aiProviderSchema, url.searchParams.get("provider"), "unknown_provider"),
  );
  return { success: true };
});

const refuse = refuseMethod("GET", "POST", "DELETE");

export { refuse as PATCH, refuse as PUT };
