import "server-only";
import { setTimeout as wait } from "node:timers/promises";
import { isLockConflict } from "@/lib/db/sql-state";
import { BatchesAhead } from "./batches-ahead";
import type { Cipher } from "./cipher-here";
import { destroyUnusedDataKeys } from "./destroy-unused-data-keys";
import type { KeyRotation, PrepareBatch } from "./prepared-batch";
import { resealValues } from "./reseal-values";
import { retireDataKeys } from "./retire-data-keys";
import { rewrapDataKeys } from "./rewrap-data-keys";
import type { RotationStep } from "./rotation-steps";
import { verifyDataKeys } from "./verify-data-keys";
import { verifyValues } from "./verify-values";
import { type WrittenBatch, writeBatch } from "./write-batch";

/**
 * Rows a transaction. More would hold locks longer, and the ids of a batch must fit into its record
 * (audit-event.ts).
 */
const BATCH_ROWS = 1_000;
/** More than one, because either computing or writing a batch may take longer, in turn. */
const BATCHES_AHEAD = 2;
/** This many consecutive lock conflicts mean that another transaction holds a row permanently. */
const MAX_LOCK_CONFLICTS = 60;
/** Another process wrote part of the same batch; the verification counts what five passes left. */
const SAME_BATCH_AGAIN = 5;

const LOCK_CONFLICT = Symbol("lock conflict");

/** Who walks, and with which tools. */
export interface Walker {
  worker: string;
  signal: AbortSignal;
  cipher: Cipher;
  batchRows?: number | undefined;
}

/**
 * One step, batch after batch. While the database writes a batch, the next ones are read and sealed
 * (batches-ahead.ts).
 *
 * @returns the rotation at its next step; null if it is no longer ours
 */
export async function walkStep(
  rotation: KeyRotation,
  step: RotationStep,
  { worker, signal, cipher, batchRows = BATCH_ROWS }: Walker,
): Promise<KeyRotation | null | "stopped"> {
  const prepare = preparerOf(step);
  const limit = Math.min(batchRows, rotation.rowsPerSecond ?? batchRows);
  const mayPrepareAhead = rotation.rowsPerSecond === null && step.name !== "retire_data_keys";
  // What batches are prepared from does not change while the rotation runs.
  const batches = new BatchesAhead(
    (cursor, nextBeginsAt) => prepare(rotation, cursor, limit, cipher, nextBeginsAt),
    mayPrepareAhead ? BATCHES_AHEAD : 0,
  );
  try {
    return await writeAll(rotation, batches, { worker, signal });
  } finally {
    // If the walk ended early, nothing more asks the key store or opens a value.
    batches.discard();
  }
}

async function writeAll(
  rotation: KeyRotation,
  batches: BatchesAhead,
  { worker, signal }: Pick<Walker, "worker" | "signal">,
): Promise<KeyRotation | null | "stopped"> {
  let now: KeyRotation | null = rotation;
  let passes = 0;
  let lockConflicts = 0;
  // Batches depend on each other through the cursor, so they are awaited one by one.
  /* oxlint-disable no-await-in-loop */
  while (now?.step === rotation.step) {
    if (signal?.aborted) return "stopped";
    const begun = performance.now();
    const batch = await batches.take(now.cursor);
    const mayRepeat = passes < SAME_BATCH_AGAIN;
    const written: WrittenBatch | typeof LOCK_CONFLICT = await writeBatch(now, batch, {
      worker,
      begun,
      mayRepeat,
    }).catch(toLockConflict);
    if (written === LOCK_CONFLICT) {
      // Another transaction saves or deletes a row of the batch. It takes precedence; the batch is read
      // again.
      lockConflicts += 1;
      if (lockConflicts > MAX_LOCK_CONFLICTS) throw new Error("a batch could not get its locks");
      batches.discard();
      continue;
    }
    lockConflicts = 0;
    now = written.rotation;
    passes = written.again ? passes + 1 : 0;
    if (written.again) batches.discard();
    await keepToRate(rotation, batch.rows, performance.now() - begun, signal);
  }
  /* oxlint-enable no-await-in-loop */
  return now;
}

function toLockConflict(error: unknown): typeof LOCK_CONFLICT {
  if (isLockConflict(error)) return LOCK_CONFLICT;
  throw error;
}

function preparerOf(step: RotationStep): PrepareBatch {
  switch (step.name) {
    case "retire_data_keys":
      return retireDataKeys;
    case "reseal_values":
      return resealValues(step.column);
    case "rewrap_data_keys":
      return rewrapDataKeys;
    case "destroy_unused_data_keys":
      return destroyUnusedDataKeys;
    case "verify_data_keys":
      return verifyDataKeys;
    case "verify_values":
      return verifyValues(step.column);
  }
}

async function keepToRate(
  rotation: KeyRotation,
  rows: number,
  tookMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (rotation.rowsPerSecond === null) return;
  const restMs = (rows * 1000) / rotation.rowsPerSecond - tookMs;
  if (restMs > 0) await wait(restMs, undefined, { signal }).catch(() => undefined);
}
