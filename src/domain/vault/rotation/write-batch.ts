import "server-only";
import { sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { keyRotationsTable } from "@/lib/db/schema";
import type { KeyRotation, PreparedBatch } from "./prepared-batch";
import { heldBy, leaseEnd } from "./rotation-lease";

/** A batch waits this long for locked rows; people who save never wait for a batch that is waiting. */
const LOCK_TIMEOUT_MS = 500;

export interface WrittenBatch {
  /** The rotation with its progress; null if this worker has lost it. */
  rotation: KeyRotation | null;
  again: boolean;
}

/** Writes a batch together with its progress, if this worker still has the lease. */
export async function writeBatch(
  rotation: KeyRotation,
  batch: PreparedBatch,
  { worker, begun, mayRepeat }: { worker: string; begun: number; mayRepeat: boolean },
): Promise<WrittenBatch> {
  const db = await database();
  return db.transaction(async (tx) => {
    const mine = heldBy(rotation.id, worker);
    const [held] = await tx
      // Shorter than Postgres' deadlock_timeout: of two transactions that wait for each other, the batch
      // yields.
      .select({ lockTimeout: sql`set_config('lock_timeout', ${`${LOCK_TIMEOUT_MS}ms`}, true)` })
      .from(keyRotationsTable)
      .where(mine)
      .for("update");
    if (!held) return { rotation: null, again: false };
    const outcome = rotation.dryRun ? batch.expected : await batch.write(tx);
    const again = mayRepeat && outcome.again === true;
    const [updated] = await tx
      .update(keyRotationsTable)
      .set({
        ...(again ? {} : nextPlace(rotation, batch)),
        done: sql`${keyRotationsTable.done} + ${again ? 0 : batch.rows}`,
        changed: sql`${keyRotationsTable.changed} + ${outcome.changed}`,
        unreadable: sql`${keyRotationsTable.unreadable} + ${again ? 0 : outcome.unreadable}`,
        skipped: sql`${keyRotationsTable.skipped} + ${again ? 0 : outcome.skipped}`,
        workedMs: sql`${keyRotationsTable.workedMs} + ${Math.round(performance.now() - begun)}`,
        leaseUntil: leaseEnd(),
        failures: 0,
        lastError: null,
      })
      .where(mine)
      .returning();
    return { rotation: updated ?? null, again };
  });
}

function nextPlace(rotation: KeyRotation, batch: PreparedBatch): { step: number; cursor: string | null } {
  return batch.cursor === null
    ? { step: rotation.step + 1, cursor: null }
    : { step: rotation.step, cursor: batch.cursor };
}
