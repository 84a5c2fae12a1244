import "server-only";
import type { KeyTestResult, ReplaceAiKeyRequest } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import { endpointAddressOf } from "@/domain/providers/transport/endpoint-address";
import { AppError } from "@/lib/app-error";
import { requireStoredKey } from "../sources/stored/find-stored-key";
import { replaceStoredKey } from "../sources/stored/replace-stored-key";
import { noteKeyHealth } from "./note-key-health";
import { testPastedKey } from "./test-key";

/**
 * Replaces a key once its provider has accepted the new one. What the test finds decides: `ok` replaces; `invalid` never does;
 * anything else does only if the person says so, and nothing is changed otherwise.
 *
 * @throws AppError `key_not_accepted` if the test speaks against it, and what replaceStoredKey and testPastedKey throw
 */
export async function replaceTestedKey(
  actor: Actor,
  keyId: string,
  request: ReplaceAiKeyRequest,
): Promise<KeyTestResult> {
  const { provider, baseUrl } = await requireStoredKey(actor, keyId);
  const { apiKey, evenIfUntested } = request;
  const address = request.baseUrl ?? baseUrl ?? undefined;
  const testedFor = endpointAddressOf(provider, address);
  const result = await testPastedKey(actor, { provider, apiKey, baseUrl: address });
  if (result.outcome === "invalid" || (result.outcome !== "ok" && !evenIfUntested)) {
    throw new AppError("key_not_accepted", `${result.sentence} Nothing was changed.`);
  }
  const secretId = await replaceStoredKey(actor, keyId, request, testedFor);
  await noteKeyHealth(actor, { id: keyId, secretId }, result.outcome, "test");
  return result;
}
