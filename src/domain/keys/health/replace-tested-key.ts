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
 * Replaces a key after testing the new one: `ok` replaces, `invalid` never does, any other result only if the
 * person insists. Otherwise nothing changes.
 *
 * @throws AppError `key_not_accepted` if the test result forbids it, `endpoint_refused` with the address that
 *   was probably meant, and what replaceStoredKey and
 *   testPastedKey throw
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
  const { proposedAddress } = result;
  if (proposedAddress !== undefined) {
    throw new AppError("endpoint_refused", `${result.sentence} Nothing was changed.`, { proposedAddress });
  }
  if (result.outcome === "invalid" || (result.outcome !== "ok" && !evenIfUntested)) {
    throw new AppError("key_not_accepted", `${result.sentence} Nothing was changed.`);
  }
  const secretId = await replaceStoredKey(actor, keyId, request, testedFor);
  await noteKeyHealth(actor, { id: keyId, secretId }, result.outcome, "test");
  return result;
}
