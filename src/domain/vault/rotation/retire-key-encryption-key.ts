import "server-only";
import { and, count, eq, ne, sql } from "drizzle-orm";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { AppError, notFound } from "@/lib/app-error";
import { type Database, database, type Transaction } from "@/lib/db/client";
import { eraseDeleted } from "@/lib/db/erasing";
import { rowsOf } from "@/lib/db/rows-of";
import { dataKeysTable, keyRotationsTable, retiredKeyEncryptionKeysTable } from "@/lib/db/schema";
import { recordAuditEvent } from "../audit/record-audit-event";
import { keyEncryptionKeys } from "../data-keys/key-encryption-keys";
import { sealedTextOf, tableOf } from "../sealing/column-sql";
import { SEALED_COLUMNS } from "../sealing/sealed-columns";

/** What still needs a key-encryption key. */
export interface KeyEncryptionKeyUse {
  /** Data keys it wraps. */
  dataKeys: number;
  /**
   * Values sealed with it directly; those in the oldest format, which names no key, count for each
   * environment key.
   */
  values: number;
}

/**
 * Retires a key-encryption key after checking that nothing needs it any more. Then it can be removed from the
 * configuration: a server refuses to start with it as the current one, and the database rejects data keys
 * wrapped by it, so a server still running with it cannot save anything.
 *
 * @param actor an operator, checked by the caller
 * @throws AppError `conflict` while it is the current one, a rotation runs, or a single row still needs it;
 *   `not_found` if it is neither configured nor needed
 */
export async function retireKeyEncryptionKey(actor: Actor | SystemActor, id: string): Promise<void> {
  if (keyEncryptionKeys().current.id === id) {
    throw new AppError(
      "conflict",
      `Key "${id}" is the current one. Put another key in front of it, restart, and rotate first.`,
    );
  }
  const db = await database();
  await db.transaction(async (tx) => {
    // Until the transaction ends no data key is stored or rewrapped and no rotation starts; a trigger refuses
    // later ones.
    await tx.execute(sql`lock table data_keys in share row exclusive mode`);
    await assertNotNeeded(tx, id);
    if (!keyEncryptionKeys().find(id)) throw notFound("key-encryption key");
    const [retired] = await tx
      .insert(retiredKeyEncryptionKeysTable)
      .values({ id, retiredBy: "userId" in actor ? actor.userId : `system:${actor.system}` })
      .onConflictDoNothing()
      .returning();
    if (retired) await recordAuditEvent(tx, actor, "key_encryption_key.retired", id);
  });
  // From here on the key opens nothing in the files either.
  await eraseDeleted({ always: true });
}

async function assertNotNeeded(tx: Transaction, id: string): Promise<void> {
  const [running] = await tx
    .select({ id: keyRotationsTable.id })
    .from(keyRotationsTable)
    .where(eq(keyRotationsTable.state, "running"));
  if (running) {
    throw new AppError("conflict", "A rotation is running. Retire the key when it is finished.");
  }
  const { dataKeys, values } = await useOfKeyEncryptionKey(tx, id);
  if (dataKeys + values > 0) {
    throw new AppError(
      "conflict",
      `Key "${id}" is still needed by ${dataKeys} data keys and ${values} values. Rotate the key-encryption key, see what could not be opened, and try again.`,
    );
  }
}

/** Counts what needs a key-encryption key, over every sealed column. */
export async function useOfKeyEncryptionKey(
  db: Pick<Database, "select" | "execute">,
  id: string,
): Promise<KeyEncryptionKeyUse> {
  const [wrapped] = await db
    .select({ count: count() })
    .from(dataKeysTable)
    .where(and(eq(dataKeysTable.keyEncryptionKeyId, id), ne(dataKeysTable.state, "destroyed")));
  // Only an environment key can have sealed a value that names none.
  const isOfRing = keyEncryptionKeys().find(id)?.store === "environment";
  let values = 0;
  for (const column of SEALED_COLUMNS) {
    const sealed = sealedTextOf(column);
    const namesNone = isOfRing ? sql`${sealed} is null or ${sealed} not like 'orc_.%'` : sql`false`;
    // oxlint-disable-next-line no-await-in-loop -- one connection
    const [row] = await rowsOf<{ n: string }>(
      db,
      sql`select count(*) as n from ${tableOf(column)}
        where (${sealed} like 'orc1.%' and split_part(${sealed}, '.', 2) = ${id}) or ${namesNone}`,
    );
    values += Number(row?.n ?? 0);
  }
  return { dataKeys: wrapped?.count ?? 0, values };
}
