import "server-only";
import { setTimeout as pause } from "node:timers/promises";
import type { Actor } from "@/domain/identity/actor";
import { hasAnswer } from "@/domain/projects/threads/has-answer";
import { hasUsed } from "@/domain/spending/has-used";
import { notFound } from "@/lib/app-error";
import { runIdOf } from "./change-run";
import { settleRunIfDead } from "./elsewhere/settle-dead-runs";
import { liveRuns } from "./live-runs";
import { changeRunRow, isRunAlive } from "./run-rows";
import { thisServer } from "./this-server";

/** What is waited for until the end of a stopped run is stored. The run is stopped in any case. */
const STORED_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 50;

/**
 * Stops a run at once, its provider's request too, and waits until what has come is stored.
 *
 * @returns false if it had ended
 * @throws AppError `not_found`
 */
export async function stopRun(actor: Actor, id: string): Promise<boolean> {
  const runId = runIdOf(id);
  const live = liveRuns().get(runId);
  if (live?.run.prepared.actor.userId === actor.userId) {
    const isStopped = live.stop("stopped");
    await Promise.race([live.ended, pause(STORED_WITHIN_MS)]);
    return isStopped;
  }
  const row = await changeRunRow(actor, runId, { stopRequested: true });
  if (row && row.serverId !== thisServer() && (await settleRunIfDead(runId))) return false;
  if (row) {
    const until = performance.now() + STORED_WITHIN_MS;
    // oxlint-disable-next-line no-await-in-loop -- its server removes it when all is stored
    while (performance.now() < until && (await isRunAlive(runId))) {
      // One of this server that was about to begin.
      liveRuns().get(runId)?.stop("stopped");
      // oxlint-disable-next-line no-await-in-loop
      await pause(LOOK_EVERY_MS);
    }
    return true;
  }
  // Of a server that was killed it is only known what had come, if anything had.
  if (!(await hasUsed(actor, runId)) && !(await hasAnswer(actor, runId))) throw notFound("run");
  return false;
}
