import "server-only";
import { onProjectEnd } from "@/domain/projects/project-end";
import { AppError, notFound } from "@/lib/app-error";
import { oncePerProcess } from "@/lib/once-per-process";
import type { LiveRun } from "./live-run";

const shared = oncePerProcess("liveRuns", () => {
  const runs = new Map<string, LiveRun>();
  onProjectEnd(({ projectId, threadId }) => {
    for (const live of runs.values()) {
      const { project, threadId: ofRun } = live.run.prepared;
      if (project.id !== projectId || (threadId !== undefined && threadId !== ofRun)) continue;
      if (threadId === undefined) live.fail(notFound("project"));
      else live.stop("stopped");
    }
  });
  return { runs, isDraining: false };
});

/** The runs in progress on this server. */
export function liveRuns(): ReadonlyMap<string, LiveRun> {
  return shared.get().runs;
}

/** @returns call it when the run has ended */
export function addLiveRun(runId: string, live: LiveRun): () => void {
  const { runs } = shared.get();
  runs.set(runId, live);
  return () => runs.delete(runId);
}

/** From now on no run begins here. */
export function beginDraining(): void {
  shared.get().isDraining = true;
}

/** @throws AppError `unavailable` */
export function refuseWhileDraining(): void {
  if (!shared.get().isDraining) return;
  throw new AppError(
    "unavailable",
    "This server is being restarted. Nothing was sent. Send the message again in a moment.",
    { headers: { "retry-after": "5" } },
  );
}
