import "server-only";
import { and, eq } from "drizzle-orm";
import type { ChangeAiKeyRequest } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { pauseChange, safetyChange } from "./change-safety";
import { countKeyChange } from "./key-limits";
import { holdKeys, keyAmong } from "./sources/stored/hold-keys";
import { tellOfKeyDates } from "./tell-of-key-dates";

/**
 * Renames a key, makes it the provider's default, disables or enables it, pauses or resumes it, changes its
 * dates or its tripwire, or marks its notice as read. A message that names a key that may not be used is
 * refused; no other key is used instead.
 *
 * @throws AppError `not_found`, `invalid_request`, `rate_limited`
 */
export async function changeKey(actor: Actor, keyId: string, request: ChangeAiKeyRequest): Promise<void> {
  const { label, isDefault, disabled, noticeSeen } = request;
  await countKeyChange(actor);
  const db = await database();
  await db.transaction(async (tx) => {
    const key = keyAmong(await holdKeys(tx, actor), keyId);
    if (!key) throw notFound("key");
    const safety = safetyChange(key, request);
    if (isDefault) {
      await tx
        .update(userAiApiKeysTable)
        .set({ isDefault: false })
        .where(
          and(eq(userAiApiKeysTable.userId, actor.userId), eq(userAiApiKeysTable.provider, key.provider)),
        );
    }
    const paused = await pauseChange(tx, actor, key, request.paused);
    const changes = [
      ...(label === undefined ? [] : ["label"]),
      ...(isDefault ? ["default"] : []),
      ...(disabled === undefined ? [] : [disabled ? "disabled" : "enabled"]),
      ...safety.changes,
    ];
    const columns = {
      ...(label === undefined ? {} : { label }),
      ...(isDefault ? { isDefault: true } : {}),
      ...(disabled === undefined ? {} : { disabledAt: disabled ? new Date() : null }),
      ...(noticeSeen ? { hasNotice: false } : {}),
      ...safety.columns,
      ...paused,
      ...(changes.length > 0 || "pausedAt" in paused ? { updatedAt: new Date() } : {}),
    };
    // Nothing changes if it is paused already, for example.
    if (Object.keys(columns).length > 0) {
      await tx.update(userAiApiKeysTable).set(columns).where(eq(userAiApiKeysTable.id, keyId));
    }
    if (changes.length > 0) {
      await recordAuditEvent(tx, actor, "ai_key.changed", keyId, { provider: key.provider, changes });
    }
    // A date that is near is told of at once.
    if (safety.changes.length > 0) await tellOfKeyDates(tx, keyId);
  });
}
