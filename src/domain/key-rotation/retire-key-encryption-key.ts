import "server-only";
import { count, eq, sql } from "drizzle-orm";
import { AppError, notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { dataKeysTable, keyRotationsTable, retiredKeyEncryptionKeysTable } from "@/lib/db/schema";
import type { Actor, SystemActor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import { keyEncryptionKeys } from "../data-keys/key-encryption-keys";
import { sealedTextOf, tableOf } from "../sealed-values/column-sql";
import { SEALED_COLUMNS } from "../sealed-values/sealed-columns";

/** What still needs a key-encryption key. */
export interface KeyEncryptionKeyUse {
  /** Data keys it wraps. */
  dataKeys: number;
  /** Values sealed with it directly; those in the oldest format, which names no key, need every key of the environment. */
  values: number;
}

/**
 * Declares that a key-encryption key is not needed any more, after making sure of it. Then it can be taken out of the
 * configuration; a server refuses to start with it as the current one.
 *
 * @param actor an operator, checked by the caller
 * @throws AppError `conflict` while it is the current one, a rotation runs, or a single row still needs it; `not_found` if it
 *   is neither configured nor needed
 */
export async function retireKeyEncryptionKey(actor: Actor | SystemActor, id: string): Promise<void> {
  if (keyEncryptionKeys().current.id === id) {
    throw new AppError(
      "conflict",
      `Key "${id}" is the current one. Put another key in front of it, restart, and rotate first.`,
    );
  }
  const db = await database();
  const [running] = await db
    .select({ id: keyRotationsTable.id })
    .from(keyRotationsTable)
    .where(eq(keyRotationsTable.state, "running"));
  if (running) {
    throw new AppError("conflict", "A rotation is running. Retire the key when it is finished.");
  }
  const { dataKeys, values } = await useOfKeyEncryptionKey(id);
  if (dataKeys + values > 0) {
    throw new AppError(
      "conflict",
      `Key "${id}" is still needed by ${dataKeys} data keys and ${values} values. Rotate the key-encryption key, see what could not be opened, and try again.`,
    );
  }
  if (!keyEncryptionKeys().find(id)) throw notFound("key-encryption key");
  await db.transaction(async (tx) => {
    const [retired] = await tx
      .insert(retiredKeyEncryptionKeysTable)
      .values({ id, retiredBy: "userId" in actor ? actor.userId : `system:${actor.system}` })
      .onConflictDoNothing()
      .returning();
    if (retired) await recordAuditEvent(tx, actor, "key_encryption_key.retired", id);
  });
}

/** Counts what needs a key-encryption key, over every sealed column there is. */
export async function useOfKeyEncryptionKey(id: string): Promise<KeyEncryptionKeyUse> {
  const db = await database();
  const [wrapped] = await db
    .select({ count: count() })
    .from(dataKeysTable)
    .where(eq(dataKeysTable.keyEncryptionKeyId, id));
  let values = 0;
  for (const column of SEALED_COLUMNS) {
    const sealed = sealedTextOf(column);
    // oxlint-disable-next-line no-await-in-loop -- one connection
    const [row] = await rowsOf<{ n: string }>(
      db,
      sql`select count(*) as n from ${tableOf(column)}
        where (${sealed} like 'orc1.%' and split_part(${sealed}, '.', 2) = ${id}) or ${sealed} is null or ${sealed} not like 'orc_.%'`,
    );
    values += Number(row?.n ?? 0);
  }
  return { dataKeys: wrapped?.count ?? 0, values };
}
