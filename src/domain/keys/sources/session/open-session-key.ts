import "server-only";
import type { Actor } from "@/domain/identity/actor";
import { recordBefore } from "@/domain/vault/audit/record-before";
import type { Secret } from "@/lib/secret";
import { findSessionKey, revealSessionKey } from "./session-key-store";

/**
 * Opens a key of this session for one outgoing request, and leaves a record.
 *
 * @returns null if the session does not hold it
 * @throws AppError `unavailable` if that cannot be recorded
 */
export function openSessionKey(
  actor: Actor,
  keyId: string,
  purpose: "chat" | "test" | "list_models",
): { key: Secret; last4: string } | null {
  const found = findSessionKey(actor, keyId);
  const key = found && revealSessionKey(found);
  if (!found || !key) return null;
  recordBefore(
    { actor, action: "value.opened", objectId: keyId, detail: { purpose, column: "session memory" } },
    "no key is used. Nothing was sent.",
  );
  if (purpose === "chat") found.lastUsedAt = new Date();
  return { key, last4: found.last4 };
}
