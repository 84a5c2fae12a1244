import "server-only";
import type { Actor } from "@/domain/identity/actor";
import { recordBefore } from "@/domain/vault/audit/record-before";
import { findSessionKey, forgetSessionKey } from "./session-key-store";

/** Forgets a key of this session. @returns false if it is none @throws AppError `unavailable` if that cannot be recorded */
export function dropSessionKey(actor: Actor, keyId: string): boolean {
  const key = findSessionKey(actor, keyId);
  if (!key) return false;
  recordBefore(
    { actor, action: "ai_key.deleted", objectId: keyId, detail: { provider: key.provider } },
    "nothing is removed. Signing out forgets the keys of this session too.",
  );
  forgetSessionKey(keyId);
  return true;
}
