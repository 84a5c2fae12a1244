import "server-only";
import { setTimeout as pause } from "node:timers/promises";
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

/** What is to be looked at; null while nobody looks. */
let waiting: Set<string> | null = null;

/** One reading after the other: an older one that comes in later would undo the newer. */
async function look(runIds: string[]): Promise<void> {
  if (waiting) {
    for (const runId of runIds) waiting.add(runId);
    return;
  }
  waiting = new Set(runIds);
  while (waiting.size > 0) {
    const next: string[] = [...waiting];
    waiting.clear();
    // oxlint-disable-next-line no-await-in-loop
    if (!(await heed(next))) for (const runId of next) if (liveRuns().has(runId)) waiting.add(runId);
  }
  waiting = null;
}

/** @returns false if the database did not answer; after a while, since it is asked again */
async function heed(runIds: string[]): Promise<boolean> {
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
    return true;
  } catch (error) {
    logger.warn({ err: error }, "what was asked of runs at other servers was not read; will retry");
    await pause(LOOK_EVERY_MS, undefined, { ref: false });
    return false;
  }
}
