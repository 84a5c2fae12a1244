import { type KeyTestResponse, replaceAiKeyRequestSchema } from "@/contracts/ai-keys";
import { replaceTestedKey } from "@/domain/keys/health/replace-tested-key";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { type KeyParams, keyIdOf, MAX_KEY_BODY_BYTES } from "../../key-route";

export const POST = apiRoute<KeyParams>(async ({ request, user, params }): Promise<KeyTestResponse> => {
  const keyId = keyIdOf(params);
  const replacement = await readJson(request, replaceAiKeyRequestSchema, { maxBytes: MAX_KEY_BODY_BYTES });
  return { result: await replaceTestedKey(user, keyId, replacement) };
});

const refuse = refuseMethod("POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };
