import "server-only";
import { eraseDeleted } from "@/lib/db/erasing";
import { logger } from "@/lib/logger";
import { refreshVaultCounts } from "../counts/vault-counts";
import { cipherHere } from "./cipher-here";
import { CipherThread } from "./cipher-thread";
import { finish, noteFailure } from "./end-run";
import type { KeyRotation } from "./prepared-batch";
import { isRunning, keepLease, releaseLease, takeLease } from "./rotation-lease";
import { type RotationStep, stepsOf } from "./rotation-steps";
import { walkStep } from "./walk-step";

/** Starting a thread takes as long as the cipher work for this many values. */
const THREAD_FROM_ROWS = 2_000;

export interface RunOptions {
  /** Identifies the worker: unique to this call. */
  worker: string;
  /** Stops it between two batches; it can be resumed. */
  signal?: AbortSignal;
  batchRows?: number;
  /** Number of rows from which the cipher gets its own thread. */
  threadFromRows?: number;
  /** Called when a step begins. */
  onStep?: (step: RotationStep) => void;
}

/**
 * `busy`: another worker has it. `stopped`: by the signal. `waiting`: it failed and should be retried later.
 */
export type RunOutcome = "finished" | "busy" | "stopped" | "waiting" | "not_running";

/**
 * Works on a rotation until it is finished, stopped, or fails for now. May be called from any number of
 * processes: one of them gets the lease, and keeps it while it lives. Each batch is one transaction that
 * includes its progress and the lease, so a kill at any point loses at most the work of one batch and nothing
 * is applied twice.
 */
export async function runKeyRotation(id: string, options: RunOptions): Promise<RunOutcome> {
  const { threadFromRows = THREAD_FROM_ROWS } = options;
  const taken = await takeLease(id, options.worker);
  if (!taken) return (await isRunning(id)) ? "busy" : "not_running";
  const heartbeat = keepLease(id, options.worker);
  const signal = AbortSignal.any([heartbeat.lost, ...(options.signal ? [options.signal] : [])]);
  const cipher = taken.total < threadFromRows ? cipherHere : new CipherThread();
  let rotation: KeyRotation | null = taken;
  try {
    while (rotation) {
      const step = stepsOf(rotation.kind)[rotation.step];
      if (!step) {
        // Finished means that what it replaced cannot be read from the files any more.
        if (!rotation.dryRun && rotation.kind !== "verify") await eraseDeleted({ always: true });
        const outcome = await finish(rotation, options.worker);
        // Nearly every count has changed now.
        await refreshVaultCounts(true).catch((error: unknown) =>
          logger.warn({ err: error }, "the vault could not be counted after a rotation"),
        );
        return outcome;
      }
      options.onStep?.(step);
      // Steps depend on each other.
      // oxlint-disable-next-line no-await-in-loop
      const after = await walkStep(rotation, step, { ...options, signal, cipher });
      if (after === "stopped") return heartbeat.lost.aborted ? "not_running" : "stopped";
      rotation = after;
    }
    return "not_running";
  } catch (error) {
    await noteFailure(id, options.worker, error);
    return "waiting";
  } finally {
    heartbeat.stop();
    await cipher.close();
    await releaseLease(id, options.worker);
  }
}
