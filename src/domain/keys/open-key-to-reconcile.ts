import "server-only";
import type { Owner } from "@/contracts/owner";
import type { ProviderId } from "@/contracts/provider";
import type { Secret } from "@/lib/secret";
import { modelAccessError } from "./model-access-error";
import { platformKeyToReconcile } from "./sources/platform/platform-keys";
import { openStoredKey } from "./sources/stored/open-stored-key";

/**
 * Opens a provider key for one request that asks its provider what the key itself was charged. The server
 * does that at night, without the owner: not for a suspended person, and not with a disabled key.
 *
 * @param keyId a stored key of the owner; null for the platform's key
 * @throws AppError with the reason if it is unavailable
 */
export async function openKeyToReconcile(
  owner: Owner,
  provider: ProviderId,
  keyId: string | null,
): Promise<Secret> {
  if (owner.kind === "installation") {
    const key = platformKeyToReconcile(provider);
    if (!key) throw modelAccessError("platform_not_configured", provider);
    return key;
  }
  if (keyId === null) throw new TypeError("a person's key has an id");
  const opened = await openStoredKey({ userId: owner.id }, { provider, keyId }, "reconcile");
  if (opened.status !== "ok") throw modelAccessError(opened.status, provider);
  return opened.key;
}
