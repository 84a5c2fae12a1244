import "server-only";
import { threadIdSchema } from "@/contracts/threads";
import type { Actor } from "@/domain/identity/actor";
import { requireThread } from "@/domain/projects/threads/require-thread";
import { notFound } from "@/lib/app-error";
import { followAnswer } from "./elsewhere/follow-answer";
import { liveRuns } from "./live-runs";
import { findRunOfThread, type RunRow } from "./run-rows";
import { thisServer } from "./this-server";

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
 * @throws AppError `not_found`
 */
export async function joinRun(
  actor: Actor,
  threadId: string,
  projectId: string | null,
  signal: AbortSignal,
): Promise<JoinedRun | null> {
  if (!threadIdSchema.safeParse(threadId).success) throw notFound("thread");
  if (projectId !== null && !threadIdSchema.safeParse(projectId).success) throw notFound("thread");
  const row = await findRunOfThread(actor, threadId, projectId);
  const live = row && liveRuns().get(row.runId);
  if (live) return { ...row, events: live.watch(signal) };
  if (!row) await requireThread(actor, threadId, projectId);
  if (!row || row.serverId === thisServer()) return null;
  return { ...row, events: followAnswer(row.runId, signal) };
}
