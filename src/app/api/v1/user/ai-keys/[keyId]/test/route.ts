import type { KeyTestResponse } from "@/contracts/ai-keys";
import { testOwnKey } from "@/domain/keys/health/test-key";
import { apiRoute } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { type KeyParams, keyIdOf } from "../../key-route";

export const POST = apiRoute<KeyParams>(
  async ({ user, params }): Promise<KeyTestResponse> => ({ result: await testOwnKey(user, keyIdOf(params)) }),
);

const refuse = refuseMethod("POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };
