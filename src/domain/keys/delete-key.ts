import "server-only";
import type { Actor } from "@/domain/identity/actor";
import { personalKeySource } from "./sources/key-sources";

export { deleteStoredKeysOf as deleteKeysOf } from "./sources/stored/delete-stored-key";

/**
 * Deletes a stored key or a session key of `actor`. @throws AppError `not_found`, `rate_limited`,
 * `unavailable`
 */
export async function deleteKey(actor: Actor, keyId: string): Promise<void> {
  await personalKeySource(keyId).delete(actor, keyId);
}
