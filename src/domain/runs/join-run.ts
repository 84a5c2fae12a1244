import "server-only";
import { setTimeout as pause } from "node:timers/promises";
import { threadIdSchema } from "@/contracts/threads";
import type { Actor } from "@/domain/identity/actor";
import { requireThread } from "@/domain/projects/threads/require-thread";
import { notFound } from "@/lib/app-error";
import { refuseWhileDraining } from "./draining";
import { followAnswer } from "./elsewhere/follow-answer";
import type { LiveRun } from "./live-run";
import { liveRuns } from "./live-runs";
import { beginningOf, findRunOfThread, isAdmittedHere, type RunRow } from "./run-rows";
import { viewerIn } from "./runs-of-session";
import { thisServer } from "./this-server";

/** How long a run that was admitted is waited for. */
const BEGUN_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 10;

export interface JoinedRun extends RunRow {
  /** The answer from its first chunk, then live to its end. */
  events: ReadableStream<Uint8Array>;
}

/**
 * Joins the answer that is being written in a thread.
 *
 * @param projectId of the thread; null: the actor's thread of this id in whatever project
 * @param signal aborted when the viewer is gone
 * @returns null if none is being written
 * @throws AppError `not_found`, and `unavailable` for another server's answer while this one ends
 */
export async function joinRun(
  actor: Actor,
  threadId: string,
  projectId: string | null,
  signal: AbortSignal,
): Promise<JoinedRun | null> {
  if (!threadIdSchema.safeParse(threadId).success) throw notFound("thread");
  if (projectId !== null && !threadIdSchema.safeParse(projectId).success) throw notFound("thread");
  const find = () => findRunOfThread(actor, threadId, projectId);
  const row = (await find()) ?? ((await isAdmitted(actor, threadId)) ? await find() : undefined);
  if (!row) await requireThread(actor, threadId, projectId);
  const live = row && (await begunHere(row.runId, signal));
  if (!row || (!live && row.serverId === thisServer())) return null;
  if (!live) refuseWhileDraining();
  const viewer = viewerIn(actor.sessionId, signal);
  const events = live
    ? live.watch(viewer.signal, viewer.forget)
    : await followAnswer(row.runId, viewer.signal, viewer.forget);
  return events && { ...row, events };
}

/** Waits for a run that is about to be admitted here. @returns false if there is none */
async function isAdmitted(actor: Actor, threadId: string): Promise<boolean> {
  const settled = beginningOf(actor, threadId);
  await Promise.race([settled, settled && pause(BEGUN_WITHIN_MS, undefined, { ref: false })]);
  return settled !== undefined;
}

/** A run of this server; one that was admitted a moment ago is about to begin. */
async function begunHere(runId: string, signal: AbortSignal): Promise<LiveRun | undefined> {
  const until = performance.now() + BEGUN_WITHIN_MS;
  while (isAdmittedHere(runId) && !liveRuns().has(runId) && !signal.aborted && performance.now() < until) {
    // oxlint-disable-next-line no-await-in-loop -- its question is being stored
    await pause(LOOK_EVERY_MS);
  }
  return liveRuns().get(runId);
}
