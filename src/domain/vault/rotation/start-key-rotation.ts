import "server-only";
import { and, count, eq, ne, sql } from "drizzle-orm";
import type { KeyRotationKind, StartKeyRotation } from "@/contracts/vault";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { AppError } from "@/lib/app-error";
import { database, type Transaction } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { dataKeysTable, keyRotationsTable, vaultStateTable } from "@/lib/db/schema";
import { recordAuditEvent } from "../audit/record-audit-event";
import { keyEncryptionKeys } from "../data-keys/key-encryption-keys";
import { isRetired } from "../data-keys/refuse-retired-keys";
import { retiredKeyConflict } from "../data-keys/retired-key-refused";
import { tableOf } from "../sealing/column-sql";
import { SEALED_COLUMNS } from "../sealing/sealed-columns";
import { stepsOf } from "./rotation-steps";

/**
 * Starts a rotation or verification; a process that works on rotations picks it up (rotation-jobs.ts). From
 * now on new values use the new keys. Starting one that is already running is no error and starts nothing.
 *
 * @param actor an operator, checked by the caller
 * @throws AppError `conflict` if another one runs, or the current key-encryption key of this server was
 *   retired
 */
export async function startKeyRotation(
  actor: Actor | SystemActor,
  { kind, dryRun, rowsPerSecond }: StartKeyRotation,
): Promise<{ id: string; alreadyRunning: boolean }> {
  const keyEncryptionKeyId = keyEncryptionKeys().current.id;
  const startedBy = "userId" in actor ? actor.userId : `system:${actor.system}`;
  const db = await database();
  return db.transaction(async (tx) => {
    // Waits for a retirement in progress and blocks others (retire-key-encryption-key.ts).
    await tx.execute(sql`lock table data_keys in row exclusive mode`);
    if (await isRetired(tx, keyEncryptionKeyId)) throw retiredKeyConflict();
    const [started] = await tx
      .insert(keyRotationsTable)
      .values({
        kind,
        dryRun,
        keyEncryptionKeyId,
        rowsPerSecond: rowsPerSecond ?? null,
        total: await totalRows(tx, kind, keyEncryptionKeyId),
        startedBy,
      })
      .onConflictDoNothing()
      .returning();
    if (!started) return { id: await runningLike(tx, kind, dryRun), alreadyRunning: true };
    if (kind === "data_keys" && !dryRun) {
      await tx
        .update(vaultStateTable)
        .set({ dataKeyGeneration: sql`${vaultStateTable.dataKeyGeneration} + 1` });
    }
    await recordAuditEvent(tx, actor, "key_rotation.started", started.id, {
      kind,
      dryRun,
      keyEncryptionKey: keyEncryptionKeyId,
    });
    return { id: started.id, alreadyRunning: false };
  });
}

async function runningLike(tx: Transaction, kind: KeyRotationKind, dryRun: boolean): Promise<string> {
  const [running] = await tx.select().from(keyRotationsTable).where(eq(keyRotationsTable.state, "running"));
  if (running?.kind === kind && running.dryRun === dryRun) return running.id;
  throw new AppError(
    "conflict",
    "Another rotation or verification is running. Wait until it is finished, or cancel it first.",
  );
}

/** Rows all steps together will visit, as far as it can be known; for the progress only. */
async function totalRows(
  tx: Transaction,
  kind: KeyRotationKind,
  keyEncryptionKeyId: string,
): Promise<number> {
  const [keys] = await tx
    .select({ count: count() })
    .from(dataKeysTable)
    .where(ne(dataKeysTable.state, "destroyed"));
  const [otherwiseWrapped] = await tx
    .select({ count: count() })
    .from(dataKeysTable)
    .where(
      and(ne(dataKeysTable.state, "destroyed"), ne(dataKeysTable.keyEncryptionKeyId, keyEncryptionKeyId)),
    );
  const values = new Map<string, number>();
  for (const column of SEALED_COLUMNS) {
    // oxlint-disable-next-line no-await-in-loop -- one connection
    const [row] = await rowsOf<{ n: string }>(tx, sql`select count(*) as n from ${tableOf(column)}`);
    values.set(column.table, Number(row?.n ?? 0));
  }
  return stepsOf(kind)
    .map((step) => {
      if ("column" in step) return values.get(step.column.table) ?? 0;
      return (step.name === "rewrap_data_keys" ? otherwiseWrapped?.count : keys?.count) ?? 0;
    })
    .reduce((sum, rows) => sum + rows, 0);
}
