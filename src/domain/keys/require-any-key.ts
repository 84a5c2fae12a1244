import "server-only";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import { findSessionKey } from "./sources/session/session-key-store";
import { requireApiKey } from "./sources/stored/find-api-key";

/** A key of `actor` by its id, whether it is saved or held for this session. @throws AppError `not_found` */
export async function requireAnyKey(
  actor: Actor,
  keyId: string,
): Promise<{ id: string; provider: ProviderId; baseUrl: string | null; secretId: string }> {
  const held = findSessionKey(actor, keyId);
  return held ? { ...held, secretId: held.id } : requireApiKey(actor, keyId);
}
