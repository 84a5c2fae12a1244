import "server-only";
import { and, eq } from "drizzle-orm";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { notFound } from "@/lib/app-error";
import { database, type Transaction } from "@/lib/db/client";
import { defaultSelectionsTable, userAiApiKeysTable } from "@/lib/db/schema";
import { countKeyChange } from "../../key-limits";
import { holdKeys, keyAmong, nextDefaultAmong } from "./hold-keys";

/**
 * Deletes a key of `actor` with its previous secret. If it was the default, the provider's oldest usable key
 * becomes the default; chats that used the deleted key ask the person to choose again.
 *
 * @throws AppError `not_found`, `rate_limited`
 */
export async function deleteStoredKey(actor: Actor, keyId: string): Promise<void> {
  await countKeyChange(actor);
  const db = await database();
  await db.transaction(async (tx) => {
    const held = await holdKeys(tx, actor);
    const gone = keyAmong(held, keyId);
    if (!gone) throw notFound("key");
    await tx.delete(userAiApiKeysTable).where(eq(userAiApiKeysTable.id, keyId));
    if (!held.some((row) => row.provider === gone.provider && row.previousOf === null && row.id !== keyId)) {
      await forgetDefaultOf(tx, actor, gone.provider);
    }
    await recordAuditEvent(tx, actor, "ai_key.deleted", keyId, { provider: gone.provider });
    const next = gone.isDefault ? nextDefaultAmong(held, gone) : undefined;
    if (next) {
      await tx.update(userAiApiKeysTable).set({ isDefault: true }).where(eq(userAiApiKeysTable.id, next.id));
    }
  });
}

/** Deletes every key of `actor` for a provider. Succeeds if there are none. */
export async function deleteStoredKeysOf(actor: Actor, provider: ProviderId): Promise<void> {
  await countKeyChange(actor);
  const db = await database();
  await db.transaction(async (tx) => {
    const held = await holdKeys(tx, actor);
    const gone = held.filter((row) => row.provider === provider && row.previousOf === null);
    await tx
      .delete(userAiApiKeysTable)
      .where(and(eq(userAiApiKeysTable.userId, actor.userId), eq(userAiApiKeysTable.provider, provider)));
    await forgetDefaultOf(tx, actor, provider);
    // oxlint-disable-next-line no-await-in-loop -- in one transaction
    for (const { id } of gone) await recordAuditEvent(tx, actor, "ai_key.deleted", id, { provider });
  });
}

/** A default that names no key means the provider's default key: it goes with the last one. */
async function forgetDefaultOf(tx: Transaction, actor: Actor, provider: ProviderId): Promise<void> {
  await tx
    .delete(defaultSelectionsTable)
    .where(
      and(
        eq(defaultSelectionsTable.userId, actor.userId),
        eq(defaultSelectionsTable.payer, "person"),
        eq(defaultSelectionsTable.provider, provider),
      ),
    );
}
