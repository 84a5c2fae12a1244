import "server-only";
import { setTimeout as pause } from "node:timers/promises";
import { inArray, sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { runsTable } from "@/lib/db/schema";
import { logger } from "@/lib/logger";
import { oncePerProcess } from "@/lib/once-per-process";
import { liveRuns } from "../live-runs";
import { isAdmittedHere } from "../run-rows";
import { WATCHED_MS } from "./follow-answer";
import { type RunNews, runChannel } from "./run-channel";

/** How often this server looks where nothing tells it. */
const LOOK_EVERY_MS = 1_000;

/** All watchers, where it is not heard which there are. */
const WHOEVER = "whoever";

/**
 * Heeds what is asked of a run of this server at other servers: to stop, to keep working, to pass the answer
 * on. Call when it has begun: some of it may have been asked before.
 */
export function heedRequests(runId: string): void {
  const early = shared.get();
  const news = early.get(runId) ?? [];
  early.delete(runId);
  for (const each of news) heed(each);
}

/** What was asked of runs that are about to begin. */
const shared = oncePerProcess("heedRequests", () => {
  const early = new Map<string, RunNews[]>();
  const channel = runChannel();
  channel.onNews((news) => {
    if (liveRuns().has(news.id)) heed(news);
    else if (isAdmittedHere(news.id)) early.set(news.id, [...(early.get(news.id) ?? []), news]);
  });
  let wasHearing = false;
  setInterval(() => {
    if (channel.isAlone) return;
    for (const runId of early.keys()) if (!isAdmittedHere(runId)) early.delete(runId);
    const runIds = [...liveRuns().keys()];
    // Once more after it began to hear, for what was said before.
    if (runIds.length > 0 && !(channel.isHearing && wasHearing)) void look(runIds);
    wasHearing = channel.isHearing;
  }, LOOK_EVERY_MS).unref();
  return early;
});

function heed({ what, id, watcher = WHOEVER }: RunNews): void {
  if (what === "changed") void look([id]);
  if (what === "watched") liveRuns().get(id)?.watchedElsewhere(watcher, WATCHED_MS);
  if (what === "left") liveRuns().get(id)?.watchedElsewhere(watcher, 0);
}

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
    if (!(await readRows(next))) for (const runId of next) if (liveRuns().has(runId)) waiting.add(runId);
  }
  waiting = null;
}

/** @returns false if the database did not answer; after a while, since it is asked again */
async function readRows(runIds: string[]): Promise<boolean> {
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
      if (!runChannel().isHearing) live.watchedElsewhere(WHOEVER, watchedForMs ?? 0);
      live.keepWorking = keepWorking;
    }
    return true;
  } catch (error) {
    logger.warn({ err: error }, "what was asked of runs at other servers was not read; will retry");
    await pause(LOOK_EVERY_MS, undefined, { ref: false });
    return false;
  }
}
