import "server-only";
import { z } from "zod";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { liveRuns } from "./live-runs";
import { changeRunRow } from "./run-rows";

/** The id of a run as its row has it. @throws AppError `not_found` for what cannot be one */
export function runIdOf(id: string): string {
  if (!z.guid().safeParse(id).success) throw notFound("run");
  return id.toLowerCase();
}

/**
 * Lets a run go on when nobody watches any more, or no longer.
 *
 * @throws AppError `not_found` also for a run that has ended
 */
export async function changeRun(actor: Actor, id: string, change: { keepWorking: boolean }): Promise<void> {
  const runId = runIdOf(id);
  const row = await changeRunRow(actor, runId, change);
  if (!row) throw notFound("run");
  const live = liveRuns().get(runId);
  if (live) live.keepWorking = change.keepWorking;
}
