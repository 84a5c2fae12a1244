import "server-only";
import { setTimeout as wait } from "node:timers/promises";
import { and, eq, sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { keyRotationsTable } from "@/lib/db/schema";
import { gaveWay } from "@/lib/db/sql-state";
import { EncryptionError } from "@/lib/encryption";
import { logger } from "@/lib/logger";
import { recordAuditEvent } from "../audit/record-audit-event";
import { isRetiredKeyRefusal, retiredKeyConflict } from "../data-keys/retired-key-refused";
import { BatchesAhead } from "./batches-ahead";
import { destroyUnusedDataKeys } from "./destroy-unused-data-keys";
import { type KeyRotation, type PrepareBatch, type PreparedBatch, ROTATION_ACTOR } from "./prepared-batch";
import { resealValues } from "./reseal-values";
import { retireDataKeys } from "./retire-data-keys";
import { rewrapDataKeys } from "./rewrap-data-keys";
import { type RotationStep, stepsOf } from "./rotation-steps";
import { verifyDataKeys } from "./verify-data-keys";
import { verifyValues } from "./verify-values";

/** Rows a transaction. More would hold locks longer, and the ids of a batch have to fit into its record (audit-event.ts). */
const BATCH_ROWS = 1_000;
/** More than one, because a batch takes now longer to compute and now longer to write. */
const BATCHES_AHEAD = 2;
/** A worker that was killed is replaced after this long. */
const LEASE_SECONDS = 15;
const HEARTBEAT_MS = 4_000;
/** A batch waits this long for rows that somebody else holds; people who save are never kept waiting by a batch that waits. */
const LOCK_TIMEOUT_MS = 500;
/** So often in a row means that somebody holds a row for good. */
const MAX_GAVE_WAY = 60;
/** Another process took a part of the same batch; the verification counts what five passes left. */
const SAME_BATCH_AGAIN = 5;

const GAVE_WAY = Symbol("gave way");

export interface RunOptions {
  /** Who works on it: unique to this call's process and time. */
  worker: string;
  /** Ends it between two batches; it can be taken up again. */
  signal?: AbortSignal;
  batchRows?: number;
  /** Told when a step begins. */
  onStep?: (step: RotationStep) => void;
}

/** `busy`: somebody else works on it. `stopped`: by the signal. `waiting`: it failed and should be tried again later. */
export type RunOutcome = "finished" | "busy" | "stopped" | "waiting" | "not_running";

/**
 * Works on a rotation until it is finished, stopped, or fails for now. May be called from any number of processes: one
 * of them gets the lease, and keeps it for as long as it lives. Each batch is one transaction with its progress and the lease
 * in it, so that a kill at any point loses at most the work of one batch and nothing is applied twice.
 */
export async function runKeyRotation(id: string, options: RunOptions): Promise<RunOutcome> {
  const taken = await takeLease(id, options.worker);
  if (!taken) return (await isRunning(id)) ? "busy" : "not_running";
  const heartbeat = keepLease(id, options.worker);
  const signal = AbortSignal.any([heartbeat.lost, ...(options.signal ? [options.signal] : [])]);
  let rotation: KeyRotation | null = taken;
  try {
    while (rotation) {
      const step = stepsOf(rotation.kind)[rotation.step];
      if (!step) return await finish(rotation, options.worker);
      options.onStep?.(step);
      // Steps depend on each other.
      // oxlint-disable-next-line no-await-in-loop
      const after = await walk(rotation, step, { ...options, signal });
      if (after === "stopped") return heartbeat.lost.aborted ? "not_running" : "stopped";
      rotation = after;
    }
    return "not_running";
  } catch (error) {
    await noteFailure(id, options.worker, error);
    return "waiting";
  } finally {
    heartbeat.stop();
    await releaseLease(id, options.worker);
  }
}

/**
 * One step, batch after batch. While the database writes a batch, the next ones are read and sealed (batches-ahead.ts).
 *
 * @returns the rotation at its next step; null if it is no longer ours
 */
async function walk(
  rotation: KeyRotation,
  step: RotationStep,
  { worker, signal, batchRows = BATCH_ROWS }: RunOptions,
): Promise<KeyRotation | null | "stopped"> {
  const prepare = preparerOf(step);
  const limit = Math.min(batchRows, rotation.rowsPerSecond ?? batchRows);
  const mayPrepareAhead = rotation.rowsPerSecond === null && step.name !== "retire_data_keys";
  // What they are prepared from does not change while the rotation runs.
  const batches = new BatchesAhead(
    (cursor) => prepare(rotation, cursor, limit),
    mayPrepareAhead ? BATCHES_AHEAD : 0,
  );
  try {
    return await writeAll(rotation, batches, { worker, signal });
  } finally {
    // Ended in the middle: nothing asks the key store or opens a value for a walk that is over.
    batches.discard();
  }
}

async function writeAll(
  rotation: KeyRotation,
  batches: BatchesAhead,
  { worker, signal }: Pick<RunOptions, "worker" | "signal">,
): Promise<KeyRotation | null | "stopped"> {
  let now: KeyRotation | null = rotation;
  let passes = 0;
  let gaveWayTimes = 0;
  // Batches depend on each other through the cursor, so they are awaited one by one.
  /* oxlint-disable no-await-in-loop */
  while (now?.step === rotation.step) {
    if (signal?.aborted) return "stopped";
    const begun = performance.now();
    const batch = await batches.take(now.cursor);
    const mayRepeat = passes < SAME_BATCH_AGAIN;
    const written: WrittenBatch | typeof GAVE_WAY = await writeBatch(now, batch, {
      worker,
      begun,
      mayRepeat,
    }).catch(toWriteAgain);
    if (written === GAVE_WAY) {
      // Somebody saves or deletes what the batch holds. They come first; the batch is read anew.
      gaveWayTimes += 1;
      if (gaveWayTimes > MAX_GAVE_WAY) throw new Error("a batch could not get its locks");
      batches.discard();
      continue;
    }
    gaveWayTimes = 0;
    now = written.rotation;
    passes = written.again ? passes + 1 : 0;
    if (written.again) batches.discard();
    await keepToRate(rotation, batch.rows, performance.now() - begun, signal);
  }
  /* oxlint-enable no-await-in-loop */
  return now;
}

function toWriteAgain(error: unknown): typeof GAVE_WAY {
  if (gaveWay(error)) return GAVE_WAY;
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

interface WrittenBatch {
  /** The rotation with its progress; null if it is no longer ours. */
  rotation: KeyRotation | null;
  again: boolean;
}

/** Writes a batch and the progress it makes together, if this worker still has the lease. */
async function writeBatch(
  rotation: KeyRotation,
  batch: PreparedBatch,
  { worker, begun, mayRepeat }: { worker: string; begun: number; mayRepeat: boolean },
): Promise<WrittenBatch> {
  const db = await database();
  return db.transaction(async (tx) => {
    const mine = and(
      eq(keyRotationsTable.id, rotation.id),
      eq(keyRotationsTable.state, "running"),
      eq(keyRotationsTable.leaseOwner, worker),
    );
    const [held] = await tx
      // Shorter than Postgres waits before it looks for a deadlock: of two that wait for each other, it is the batch that yields.
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

function leaseEnd() {
  return sql`now() + ${LEASE_SECONDS} * interval '1 second'`;
}

/** Renews the lease while a batch is prepared or waited for: a key store may take minutes for one. */
function keepLease(id: string, worker: string): { lost: AbortSignal; stop: () => void } {
  const lost = new AbortController();
  const renew = async () => {
    const db = await database();
    const renewed = await db
      .update(keyRotationsTable)
      .set({ leaseUntil: leaseEnd() })
      .where(
        and(
          eq(keyRotationsTable.id, id),
          eq(keyRotationsTable.state, "running"),
          eq(keyRotationsTable.leaseOwner, worker),
        ),
      )
      .returning({ id: keyRotationsTable.id });
    // Cancelled, or somebody else has it.
    if (renewed.length === 0) lost.abort();
  };
  const timer = setInterval(() => {
    renew().catch((error: unknown) =>
      logger.warn({ err: error, rotation: id }, "a lease could not be renewed"),
    );
  }, HEARTBEAT_MS);
  timer.unref();
  return { lost: lost.signal, stop: () => clearInterval(timer) };
}

async function takeLease(id: string, worker: string): Promise<KeyRotation | null> {
  const db = await database();
  const [rotation] = await db
    .update(keyRotationsTable)
    .set({ leaseOwner: worker, leaseUntil: leaseEnd() })
    .where(
      and(
        eq(keyRotationsTable.id, id),
        eq(keyRotationsTable.state, "running"),
        sql`(${keyRotationsTable.leaseUntil} is null or ${keyRotationsTable.leaseUntil} < now())`,
      ),
    )
    .returning();
  return rotation ?? null;
}

async function releaseLease(id: string, worker: string): Promise<void> {
  const db = await database();
  await db
    .update(keyRotationsTable)
    .set({ leaseOwner: null, leaseUntil: null })
    .where(and(eq(keyRotationsTable.id, id), eq(keyRotationsTable.leaseOwner, worker)));
}

async function isRunning(id: string): Promise<boolean> {
  const db = await database();
  const [row] = await db
    .select({ state: keyRotationsTable.state })
    .from(keyRotationsTable)
    .where(eq(keyRotationsTable.id, id));
  return row?.state === "running";
}

async function finish(rotation: KeyRotation, worker: string): Promise<RunOutcome> {
  const db = await database();
  return db.transaction(async (tx) => {
    const [finished] = await tx
      .update(keyRotationsTable)
      .set({ state: "completed", finishedAt: new Date(), leaseOwner: null, leaseUntil: null })
      .where(
        and(
          eq(keyRotationsTable.id, rotation.id),
          eq(keyRotationsTable.state, "running"),
          eq(keyRotationsTable.leaseOwner, worker),
        ),
      )
      .returning();
    if (!finished) return "not_running";
    const { kind, dryRun, done, changed, unreadable, skipped } = finished;
    await recordAuditEvent(tx, ROTATION_ACTOR, "key_rotation.completed", rotation.id, {
      kind,
      dryRun,
      done,
      changed,
      unreadable,
      skipped,
    });
    logger.info(
      { rotation: rotation.id, kind, dryRun, done, changed, unreadable, skipped },
      "a key rotation is finished",
    );
    return "finished";
  });
}

async function noteFailure(id: string, worker: string, error: unknown): Promise<void> {
  logger.error({ err: error, rotation: id }, "a key rotation was interrupted; it will be tried again");
  try {
    const db = await database();
    await db
      .update(keyRotationsTable)
      .set({ failures: sql`${keyRotationsTable.failures} + 1`, lastError: reasonOf(error) })
      .where(and(eq(keyRotationsTable.id, id), eq(keyRotationsTable.leaseOwner, worker)));
  } catch (unwritable) {
    // The database itself is away; the lease runs out by itself.
    logger.error({ err: unwritable, rotation: id }, "the interruption could not be noted");
  }
}

/** What an operator reads about a rotation that waits. */
function reasonOf(error: unknown): string {
  if (error instanceof EncryptionError) return error.message;
  if (isRetiredKeyRefusal(error)) return retiredKeyConflict().message;
  return "Something unexpected happened; the server's log says what.";
}
