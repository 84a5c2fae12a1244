import "server-only";
import { inArray, sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { runsTable } from "@/lib/db/schema";
import { logger } from "@/lib/logger";
import { oncePerProcess } from "@/lib/once-per-process";
import { liveRuns } from "../live-runs";
import { isAdmittedHere } from "../run-rows";
import { runChannel } from "./run-channel";

/** How often this server looks where nothing tells it. */
const LOOK_EVERY_MS = 1_000;

/**
 * Heeds what is asked of a run of this server at other servers: to stop, to keep working, to pass the answer
 * on. Call when it has begun: some of it may have been asked before.
 */
export function heedRequests(runId: string): void {
  if (shared.get().delete(runId)) void look([runId]);
}

/** Runs that are about to begin, of which something was asked. */
const shared = oncePerProcess("heedRequests", () => {
  const early = new Set<string>();
  const channel = runChannel();
  channel.onNews(({ id, what }) => {
    if (what !== "changed") return;
    if (liveRuns().has(id)) void look([id]);
    else if (isAdmittedHere(id)) early.add(id);
  });
  let wasHearing = false;
  setInterval(() => {
    if (channel.isAlone) return;
    const runIds = [...liveRuns().keys()];
    // Once more after it began to hear, for what was said before.
    if (runIds.length > 0 && !(channel.isHearing && wasHearing)) void look(runIds);
    wasHearing = channel.isHearing;
  }, LOOK_EVERY_MS).unref();
  return early;
});

async function look(runIds: string[]): Promise<void> {
  try {
    const db = await database();
    const rows = await db
      .select({
        runId: runsTable.runId,
        stopRequested: runsTable.stopRequested,
        keepWorking: runsTable.keepWorking,
        watchedForMs: sql<number | null>`(extract(epoch from ${runsTable.watchedUntil} - now()) * 1000)::int`,
      })
      .from(runsTable)
      .where(inArray(runsTable.runId, runIds));
    for (const { runId, stopRequested, keepWorking, watchedForMs } of rows) {
      const live = liveRuns().get(runId);
      if (!live) continue;
      if (stopRequested) live.stop("stopped");
      live.watchedElsewhere(watchedForMs ?? 0);
      live.keepWorking = keepWorking;
    }
  } catch (error) {
    logger.warn({ err: error }, "what was asked of runs at other servers was not read; will retry");
  }
}
