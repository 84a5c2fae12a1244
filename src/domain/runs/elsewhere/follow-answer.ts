import "server-only";
import { randomUUID } from "node:crypto";
import { and, asc, eq, gte, sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { runChunksTable } from "@/lib/db/schema";
import { logger } from "@/lib/logger";
import { oncePerProcess, outsideRequests } from "@/lib/once-per-process";
import { AnswerLog } from "../answer-log";
import { runChannel, tellingNews } from "./run-channel";
import { RUN_IS_OVER } from "./server-is-dead";
import { settleRunIfDead } from "./settle-dead-runs";

/** The run's server passes its answer on for so long, unless this one says again that somebody watches. */
export const WATCHED_MS = 15_000;
const SAID_EVERY_MS = 5_000;
/** Where a run's server does not hear who leaves, others have said again by then that they stay. */
const SAID_AGAIN_WITHIN_MS = SAID_EVERY_MS + 2_000;
const LOOK_EVERY_MS = 1_000;
const ROWS_AT_ONCE = 64;
/** How long the rest of an answer may take after its run is over; a server that died sends none. */
const REST_WITHIN_MS = 5_000;

const encoder = new TextEncoder();

const followed = oncePerProcess("followedAnswers", () => new Map<string, FollowedAnswer>());

/**
 * An answer that another server writes, from its first event to its end, for the viewers at this one.
 *
 * @returns null if it has ended and is not passed on: it is stored by then
 */
export async function followAnswer(
  runId: string,
  signal: AbortSignal,
  left?: () => void,
): Promise<ReadableStream<Uint8Array> | null> {
  const known = followed.get();
  let answer = known.get(runId);
  if (!answer) {
    answer = outsideRequests(() => new FollowedAnswer(runId, () => known.delete(runId)));
    known.set(runId, answer);
  }
  const events = answer.watch(signal, left);
  if (await answer.isThere) return events;
  // It has failed already for a viewer who is gone.
  await events.cancel().catch(() => undefined);
  return null;
}

/** For a server that ends: its viewers join again at another. */
export function endFollowing(): void {
  for (const answer of followed.current()?.values() ?? []) answer.end();
}

class FollowedAnswer {
  readonly isThere: Promise<boolean>;
  readonly #runId: string;
  /** This server's viewers, for the run's. */
  readonly #watcher = randomUUID();
  readonly #forget: () => void;
  readonly #log = new AnswerLog();
  #viewers = 0;
  #seq = 0;
  #wake = Promise.withResolvers<void>();

  constructor(runId: string, forget: () => void) {
    this.#runId = runId;
    this.#forget = forget;
    const isThere = Promise.withResolvers<boolean>();
    this.isThere = isThere.promise;
    // Not before its first viewer.
    setImmediate(() => void this.#follow(isThere.resolve));
  }

  watch(signal: AbortSignal, left?: () => void): ReadableStream<Uint8Array> {
    this.#viewers += 1;
    return this.#log.read(() => {
      left?.();
      this.#viewers -= 1;
      if (this.#viewers === 0) this.#wake.resolve();
    }, signal);
  }

  end(): void {
    this.#log.end();
    this.#wake.resolve();
  }

  /** @param found called with whether there is something to read */
  async #follow(found: (isThere: boolean) => void): Promise<void> {
    let [saidAt, overSince] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const hearNoMore = runChannel().onNews(({ id, what }) => {
      if (id === this.#runId && what === "grown") this.#wake.resolve();
    });
    while (this.#viewers > 0 && !this.#log.isEnded) {
      try {
        const now = performance.now();
        // One of which nothing has come may have ended just before its server knew of this one.
        const isSaid = now - saidAt < (this.#hasCome ? SAID_EVERY_MS : LOOK_EVERY_MS);
        // Read first: an answer is over when it is not said to go on and nothing more of it came.
        // oxlint-disable-next-line no-await-in-loop -- one reading after the other
        const isGoing = isSaid || (await this.#sayWatched());
        if (isGoing && !isSaid) saidAt = now;
        if (!isGoing) overSince = Math.min(overSince, now);
        // oxlint-disable-next-line no-await-in-loop
        const isMore = await this.#readMore();
        const restWithinMs = this.#hasCome ? REST_WITHIN_MS : 0;
        if (!isMore && performance.now() - overSince >= restWithinMs) this.#log.end();
        found(this.#hasCome || !this.#log.isEnded);
        if (isMore) continue;
      } catch (error) {
        logger.warn({ err: error }, "an answer at another server was not read; will retry");
        found(true);
      }
      if (this.#viewers === 0 || this.#log.isEnded) break;
      // oxlint-disable-next-line no-await-in-loop
      await this.#news();
    }
    hearNoMore();
    found(true);
    // Before anything is waited for: whoever comes now begins anew.
    this.#forget();
    if (this.#log.isEnded) return;
    this.#log.end();
    await this.#sayLeft();
  }

  get #hasCome(): boolean {
    return this.#seq > 0;
  }

  /** Waits for news; where none arrive, for a second. */
  async #news(): Promise<void> {
    const timer = setTimeout(() => this.#wake.resolve(), LOOK_EVERY_MS).unref();
    await this.#wake.promise;
    clearTimeout(timer);
    this.#wake = Promise.withResolvers();
  }

  /** @returns whether it read as much as it reads at once */
  async #readMore(): Promise<boolean> {
    const db = await database();
    const rows = await db
      .select({ events: runChunksTable.events, isLast: runChunksTable.isLast })
      .from(runChunksTable)
      .where(and(eq(runChunksTable.runId, this.#runId), gte(runChunksTable.seq, this.#seq)))
      .orderBy(asc(runChunksTable.seq))
      .limit(ROWS_AT_ONCE);
    for (const { events, isLast } of rows) {
      if (events !== "") this.#log.append(encoder.encode(events));
      if (isLast) this.#log.end();
    }
    this.#seq += rows.length;
    return rows.length === ROWS_AT_ONCE;
  }

  /** @returns false if the run is over, or its server died: then the run is settled */
  async #sayWatched(): Promise<boolean> {
    const said = await rowsOf(
      await database(),
      sql`update runs set watched_until = now() + make_interval(secs => ${WATCHED_MS / 1000})
        where run_id = ${this.#runId} and not ${RUN_IS_OVER}
        returning ${tellingNews({ id: this.#runId, what: "watched", watcher: this.#watcher })}`,
    );
    if (said.length === 0) await settleRunIfDead(this.#runId);
    return said.length > 0;
  }

  async #sayLeft(): Promise<void> {
    try {
      const db = await database();
      await db.execute(
        sql`update runs
          set watched_until = least(watched_until, now() + make_interval(secs => ${SAID_AGAIN_WITHIN_MS / 1000}))
          where run_id = ${this.#runId}
          returning ${tellingNews({ id: this.#runId, what: "left", watcher: this.#watcher })}`,
      );
    } catch (error) {
      logger.warn({ err: error }, "a run was not told that nobody watches here; it knows in some seconds");
    }
  }
}
