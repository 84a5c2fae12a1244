import "server-only";
import { and, eq } from "drizzle-orm";
import type { ChangeAiKeyRequest } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { countKeyChange } from "./key-limits";
import { holdKeys, keyAmong } from "./sources/stored/hold-keys";

/**
 * Renames a key, makes it the provider's default, disables or enables it, or marks its notice as read. A
 * message that names a disabled key is refused; no other key is used instead.
 *
 * @throws AppError `not_found`
 */
export async function changeKey(
  actor: Actor,
  keyId: string,
  { label, isDefault, disabled, noticeSeen }: ChangeAiKeyRequest,
): Promise<void> {
  await countKeyChange(actor);
  const db = await database();
  await db.transaction(async (tx) => {
    const key = keyAmong(await holdKeys(tx, actor), keyId);
    if (!key) throw notFound("key");
    if (isDefault) {
      await tx
        .update(userAiApiKeysTable)
        .set({ isDefault: false })
        .where(
          and(eq(userAiApiKeysTable.userId, actor.userId), eq(userAiApiKeysTable.provider, key.provider)),
        );
    }
    await tx
      .update(userAiApiKeysTable)
      .set({
        ...(label === undefined ? {} : { label }),
        ...(isDefault ? { isDefault: true } : {}),
        ...(disabled === undefined ? {} : { disabledAt: disabled ? new Date() : null }),
        ...(noticeSeen ? { hasNotice: false } : {}),
        ...(label === undefined && disabled === undefined && !isDefault ? {} : { updatedAt: new Date() }),
      })
      .where(eq(userAiApiKeysTable.id, keyId));
    const changes = [
      ...(label === undefined ? [] : ["label"]),
      ...(isDefault ? ["default"] : []),
      ...(disabled === undefined ? [] : [disabled ? "disabled" : "enabled"]),
    ];
    if (changes.length > 0) {
      await recordAuditEvent(tx, actor, "ai_key.changed", keyId, { provider: key.provider, changes });
    }
  });
}
