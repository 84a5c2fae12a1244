import { changeAiKeyRequestSchema } from "@/contracts/ai-keys";
import { changeKey } from "@/domain/keys/change-key";
import { deleteKey } from "@/domain/keys/delete-key";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { type KeyParams, keyIdOf, MAX_KEY_BODY_BYTES } from "../key-route";

export const PATCH = apiRoute<KeyParams>(async ({ request, user, params }) => {
  const keyId = keyIdOf(params);
  const change = await readJson(request, changeAiKeyRequestSchema, { maxBytes: MAX_KEY_BODY_BYTES });
  await changeKey(user, keyId, change);
  return { success: true };
});

export const DELETE = apiRoute<KeyParams>(async ({ user, params }) => {
  await deleteKey(user, keyIdOf(params));
  return { success: true };
});

const refuse = refuseMethod("PATCH", "DELETE");

export { refuse as GET, refuse as POST, refuse as PUT };
