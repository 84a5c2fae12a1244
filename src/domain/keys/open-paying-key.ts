import "server-only";
import type { Actor } from "@/domain/identity/actor";
import type { KeyUse, OpenedKey, PayingKey } from "./sources/key-source";
import { keySourceOf } from "./sources/key-sources";

/**
 * Opens exactly the chosen key, for the address it was chosen with. Each opening reads the actor's authority
 * anew: a session that ended, a suspension or a lost project ends it in the middle of a run.
 *
 * @param projectId the project the request is for, if any
 * @throws AppError with the next step if it is unavailable; no other key is used instead
 */
export async function openPayingKey(
  actor: Actor,
  key: PayingKey,
  use: KeyUse,
  projectId?: string,
): Promise<OpenedKey> {
  return keySourceOf(key).open(actor, key, use, projectId);
}
