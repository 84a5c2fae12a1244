import "server-only";
import type { Actor } from "@/domain/identity/actor";
import type { KeyUse, OpenedKey, PayingKey } from "./sources/key-source";
import { keySourceOf } from "./sources/key-sources";

/**
 * Opens the key a request is paid with: the very key that was chosen, for the address it was chosen with.
 *
 * @throws AppError with the next step, if it cannot be had; no other key takes its place
 */
export async function openPayingKey(actor: Actor, key: PayingKey, use: KeyUse): Promise<OpenedKey> {
  return keySourceOf(key).open(actor, key, use);
}
