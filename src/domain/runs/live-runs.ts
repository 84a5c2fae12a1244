import "server-only";
import { onProjectEnd } from "@/domain/projects/project-end";
import { notFound } from "@/lib/app-error";
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
  return runs;
});

/** The runs in progress on this server. */
export function liveRuns(): ReadonlyMap<string, LiveRun> {
  return shared.get();
}

/** @returns call it when the run has ended */
export function addLiveRun(runId: string, live: LiveRun): () => void {
  const runs = shared.get();
  runs.set(runId, live);
  return () => runs.delete(runId);
}
