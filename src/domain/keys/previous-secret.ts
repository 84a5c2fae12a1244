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
 * Switches a key back to the secret it had before; the one it has now stays available for what is left of the time. Opens
 * nothing: sealed texts move with what they are bound to.
 *
 * @throws AppError `not_found` if there is no such key or its former secret is gone
 */
export async function switchToPreviousSecret(actor: Actor, keyId: string): Promise<void> {
  await countKeyChange(actor);
  const db = await database();
  await db.transaction(async (tx) => {
    const held = await holdKeys(tx, actor);
    const current = keyAmong(held, keyId);
    const former = previousAmong(held, keyId);
    if (!current || !former?.availableUntil || former.availableUntil.getTime() <= Date.now()) {
      throw new AppError("not_found", "The former key is not available any more. Paste it again to use it.");
    }
    await tx.delete(userAiApiKeysTable).where(eq(userAiApiKeysTable.id, former.id));
    await tx
      .update(userAiApiKeysTable)
      .set({ ...secretOf(former), hasNotice: false, updatedAt: new Date() })
      .where(eq(userAiApiKeysTable.id, keyId));
    await keepPreviousSecret(tx, current, former.availableUntil);
    await recordAuditEvent(tx, actor, "ai_key.switched_back", keyId, { provider: current.provider });
  });
}

/** Deletes the former secret of a key before its time. Deleting none is a success. @throws AppError `not_found` without such a key */
export async function deletePreviousSecret(actor: Actor, keyId: string): Promise<void> {
  await countKeyChange(actor);
  const db = await database();
  await db.transaction(async (tx) => {
    const held = await holdKeys(tx, actor);
    if (!keyAmong(held, keyId)) throw notFound("key");
    const former = previousAmong(held, keyId);
    if (former) await deletePreviousRow(tx, actor, former);
  });
}

/**
 * Deletes every former secret whose time is over, but those that are being changed just now: the next call finds them. Called
 * at a start and from time to time.
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
