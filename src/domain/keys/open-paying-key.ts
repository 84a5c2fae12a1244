import "server-only";
import type { Actor } from "@/domain/identity/actor";
import type { KeyUse, OpenedKey, PayingKey } from "./sources/key-source";
import { keySourceOf } from "./sources/key-sources";

/**
 * Opens exactly the chosen key, for the address it was chosen with.
 *
 * @throws AppError with the next step if it is unavailable; no other key is used instead
 */
export async function openPayingKey(actor: Actor, key: PayingKey, use: KeyUse): Promise<OpenedKey> {
  return keySourceOf(key).open(actor, key, use);
}
