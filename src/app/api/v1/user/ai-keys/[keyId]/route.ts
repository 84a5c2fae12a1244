import { changeAiKeyRequestSchema } from "@/contracts/ai-keys";
import { dropSessionKey } from "@/domain/keys/sources/session/drop-session-key";
import { changeApiKey } from "@/domain/keys/sources/stored/change-api-key";
import { deleteApiKey } from "@/domain/keys/sources/stored/delete-api-key";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { type KeyParams, keyIdOf, MAX_KEY_BODY_BYTES } from "../key-route";

export const PATCH = apiRoute<KeyParams>(async ({ request, user, params }) => {
  const keyId = keyIdOf(params);
  const change = await readJson(request, changeAiKeyRequestSchema, { maxBytes: MAX_KEY_BODY_BYTES });
  await changeApiKey(user, keyId, change);
  return { success: true };
});

export const DELETE = apiRoute<KeyParams>(async ({ user, params }) => {
  const keyId = keyIdOf(params);
  if (!dropSessionKey(user, keyId)) await deleteApiKey(user, keyId);
  return { success: true };
});

const refuse = refuseMethod("PATCH", "DELETE");

export { refuse as GET, refuse as POST, refuse as PUT };
