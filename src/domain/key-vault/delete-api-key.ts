import "server-only";
import { and, asc, eq, isNull } from "drizzle-orm";
import type { AiProvider } from "@/contracts/ai-provider";
import { notFound } from "@/lib/app-error";
import { database, type Transaction } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import type { Actor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import { isOwnKey } from "./key-choice";

/**
 * Deletes a key of `actor` with its former secret. If it was the default, the oldest key of the provider that is left takes
 * its place; chats that named the deleted key ask to choose again.
 *
 * @throws AppError `not_found`
 */
export async function deleteApiKey(actor: Actor, keyId: string): Promise<void> {
  const db = await database();
  await db.transaction(async (tx) => {
    const [gone] = await tx
      .delete(userAiApiKeysTable)
      .where(isOwnKey(actor, keyId))
      .returning({ provider: userAiApiKeysTable.provider, isDefault: userAiApiKeysTable.isDefault });
    if (!gone) throw notFound("key");
    await recordAuditEvent(tx, actor, "ai_key.deleted", keyId, { provider: gone.provider });
    if (gone.isDefault) await makeOldestDefault(tx, actor, gone.provider);
  });
}

/** Deletes every key of `actor` for a provider. Deleting none is a success: the wish is fulfilled either way. */
export async function deleteApiKeysOf(actor: Actor, provider: AiProvider): Promise<void> {
  const db = await database();
  await db.transaction(async (tx) => {
    const gone = await tx
      .delete(userAiApiKeysTable)
      .where(
        and(
          eq(userAiApiKeysTable.userId, actor.userId),
          eq(userAiApiKeysTable.provider, provider),
          isNull(userAiApiKeysTable.previousOf),
        ),
      )
      .returning({ id: userAiApiKeysTable.id });
    // oxlint-disable-next-line no-await-in-loop -- in one transaction
    for (const { id } of gone) await recordAuditEvent(tx, actor, "ai_key.deleted", id, { provider });
  });
}

async function makeOldestDefault(tx: Transaction, actor: Actor, provider: AiProvider): Promise<void> {
  const [next] = await tx
    .select({ id: userAiApiKeysTable.id })
    .from(userAiApiKeysTable)
    .where(
      and(
        eq(userAiApiKeysTable.userId, actor.userId),
        eq(userAiApiKeysTable.provider, provider),
        isNull(userAiApiKeysTable.previousOf),
      ),
    )
    .orderBy(asc(userAiApiKeysTable.createdAt), asc(userAiApiKeysTable.id))
    .limit(1)
    .for("update");
  if (next) {
    await tx.update(userAiApiKeysTable).set({ isDefault: true }).where(eq(userAiApiKeysTable.id, next.id));
  }
}
