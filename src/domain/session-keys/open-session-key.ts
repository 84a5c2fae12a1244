import "server-only";
import type { Secret } from "@/lib/secret";
import type { Actor } from "../actor";
import { queueAuditEvent } from "../audit/audit-queue";
import { findSessionKey, revealSessionKey } from "./session-key-store";

/** Opens a key of this session for one outgoing request, and leaves a record; null if the session does not hold it. */
export function openSessionKey(
  actor: Actor,
  keyId: string,
  purpose: "chat" | "test" | "list_models",
): { key: Secret; last4: string } | null {
  const found = findSessionKey(actor, keyId);
  const key = found && revealSessionKey(found);
  if (!found || !key) return null;
  queueAuditEvent({
    actor,
    action: "value.opened",
    objectId: keyId,
    detail: { purpose, column: "session memory" },
  });
  if (purpose === "chat") found.lastUsedAt = new Date();
  return { key, last4: found.last4 };
}
