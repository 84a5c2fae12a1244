import "server-only";
import { eq, inArray, lte, sql } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { AppError, notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { countKeyChange } from "./key-limits";
import { deletePreviousRow } from "./sources/stored/delete-previous-secret";
import { holdKeys, keyAmong, previousAmong } from "./sources/stored/hold-keys";
import { keepPreviousSecret, secretOf } from "./sources/stored/replace-stored-key";

/**
 * Switches a key back to its previous secret; the current one stays available for the remaining time. Opens
 * nothing: sealed texts move together with what they are bound to.
 *
 * @throws AppError `not_found` if there is no such key or its previous secret is gone
 */
export async function switchToPreviousSecret(actor: Actor, keyId: string): Promise<void> {
  await countKeyChange(actor);
  const db = await database();
  await db.transaction(async (tx) => {
    const held = await holdKeys(tx, actor);
    const current = keyAmong(held, keyId);
    const previous = previousAmong(held, keyId);
    if (!current || !previous?.availableUntil || previous.availableUntil.getTime() <= Date.now()) {
      throw new AppError("not_found", "The previous key is no longer available. Paste it again to use it.");
    }
    await tx.delete(userAiApiKeysTable).where(eq(userAiApiKeysTable.id, previous.id));
    await tx
      .update(userAiApiKeysTable)
      .set({ ...secretOf(previous), countedFrom: new Date(), hasNotice: false, updatedAt: new Date() })
      .where(eq(userAiApiKeysTable.id, keyId));
    await keepPreviousSecret(tx, current, previous.availableUntil);
    await recordAuditEvent(tx, actor, "ai_key.switched_back", keyId, { provider: current.provider });
  });
}

/**
 * Deletes the previous secret of a key early. Succeeds if there is none. @throws AppError `not_found` without
 * such a key
 */
export async function deletePreviousSecret(actor: Actor, keyId: string): Promise<void> {
  await countKeyChange(actor);
  const db = await database();
  await db.transaction(async (tx) => {
    const held = await holdKeys(tx, actor);
    if (!keyAmong(held, keyId)) throw notFound("key");
    const previous = previousAmong(held, keyId);
    if (previous) await deletePreviousRow(tx, actor, previous);
  });
}

/**
 * Deletes every expired previous secret, except rows that are locked: the next call finds them. Called at
 * startup and periodically.
 *
 * @returns how many
 */
export async function deleteExpiredPreviousSecrets(): Promise<number> {
  const db = await database();
  return db.transaction(async (tx) => {
    const over = tx
      .select({ id: userAiApiKeysTable.id })
      .from(userAiApiKeysTable)
      .where(lte(userAiApiKeysTable.availableUntil, sql`now()`))
      .for("update", { skipLocked: true });
    const expired = await tx
      .delete(userAiApiKeysTable)
      .where(inArray(userAiApiKeysTable.id, over))
      .returning({ previousOf: userAiApiKeysTable.previousOf, provider: userAiApiKeysTable.provider });
    // oxlint-disable-next-line no-await-in-loop -- in one transaction
    for (const { previousOf, provider } of expired)
      await recordAuditEvent(tx, { system: "vault" }, "ai_key.previous_dropped", previousOf ?? "", {
        provider,
      });
    return expired.length;
  });
}
