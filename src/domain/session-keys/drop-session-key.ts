import "server-only";
import type { Actor } from "../actor";
import { queueAuditEvent } from "../audit/audit-queue";
import { findSessionKey, forgetSessionKey } from "./session-key-store";

/** Forgets a key of this session. @returns false if it is none */
export function dropSessionKey(actor: Actor, keyId: string): boolean {
  const key = findSessionKey(actor, keyId);
  if (!key) return false;
  forgetSessionKey(keyId);
  queueAuditEvent({ actor, action: "ai_key.deleted", objectId: keyId, detail: { provider: key.provider } });
  return true;
}
