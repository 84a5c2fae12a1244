import { type KeyTestResponse, testAiKeyRequestSchema } from "@/contracts/ai-keys";
import { testPastedKey } from "@/domain/keys/health/test-key";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { MAX_KEY_BODY_BYTES } from "../key-route";

export const POST = apiRoute(async ({ request, user }): Promise<KeyTestResponse> => {
  const key = await readJson(request, testAiKeyRequestSchema, { maxBytes: MAX_KEY_BODY_BYTES });
  return { result: await testPastedKey(user, key) };
});

const refuse = refuseMethod("POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };
