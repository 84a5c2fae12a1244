import "server-only";
import { setTimeout as pause } from "node:timers/promises";
import { beginDraining } from "./draining";
import { endFollowing } from "./elsewhere/follow-answer";
import { liveRuns } from "./live-runs";
import { runsHere } from "./run-rows";

/** For one that was admitted and has not begun. */
const LOOK_EVERY_MS = 20;
/** What is stopped is stored within this time, or not at all: the database may be gone. */
const STORED_WITHIN_MS = 3_000;

/**
 * For a server that is asked to end: no run begins any more, those in progress may end. What has not ended
 * after this time is stopped and stored as `interrupted`. Always ends.
 */
export async function drainRuns(withinMs: number): Promise<void> {
  beginDraining();
  endFollowing();
  await untilNoneRuns(withinMs);
  for (const live of liveRuns().values()) live.stop("interrupted");
  await untilNoneRuns(STORED_WITHIN_MS);
}

async function untilNoneRuns(withinMs: number): Promise<void> {
  const timeUp = new AbortController();
  const timer = setTimeout(() => timeUp.abort(), withinMs);
  const isUp = new Promise<void>((resolve) => timeUp.signal.addEventListener("abort", () => resolve()));
  while (runsHere() > 0 && !timeUp.signal.aborted) {
    const ends = [...liveRuns().values()].map((live) => live.ended);
    // oxlint-disable-next-line no-await-in-loop -- those that were about to begin have begun by the next look
    await Promise.race([isUp, ends.length > 0 ? Promise.all(ends) : pause(LOOK_EVERY_MS)]);
  }
  clearTimeout(timer);
}
