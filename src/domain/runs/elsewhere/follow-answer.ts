import "server-only";
import { and, asc, eq, gte, sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { runChunksTable } from "@/lib/db/schema";
import { logger } from "@/lib/logger";
import { oncePerProcess, outsideRequests } from "@/lib/once-per-process";
import { AnswerLog } from "../answer-log";
import { type RunNews, runChannel, tellingNews, tellNews } from "./run-channel";
import { SERVER_IS_DEAD } from "./server-is-dead";

/** The run's server passes its answer on for so long, unless this one says again that somebody watches. */
const WATCHED_SECONDS = 15;
const SAID_EVERY_MS = 5_000;
const LOOK_EVERY_MS = 1_000;
const ROWS_AT_ONCE = 64;
/** How long the end of an answer may take after its run is over; a server that died sends none. */
const END_WITHIN_MS = 5_000;

const encoder = new TextEncoder();

const followed = oncePerProcess("followedAnswers", () => new Map<string, FollowedAnswer>());

/** An answer that another server writes, from its first event to its end, for the viewers at this one. */
export function followAnswer(
  runId: string,
  signal: AbortSignal,
  left?: () => void,
): ReadableStream<Uint8Array> {
  const known = followed.get();
  let answer = known.get(runId);
  if (!answer) {
    answer = outsideRequests(() => new FollowedAnswer(runId, () => known.delete(runId)));
    known.set(runId, answer);
  }
  return answer.watch(signal, left);
}

/** For a server that ends: its viewers join again at another. */
export function endFollowing(): void {
  for (const answer of followed.current()?.values() ?? []) answer.end();
}

class FollowedAnswer {
  readonly #runId: string;
  readonly #forget: () => void;
  readonly #log = new AnswerLog();
  #viewers = 0;
  #seq = 0;
  #wake = Promise.withResolvers<void>();

  constructor(runId: string, forget: () => void) {
    this.#runId = runId;
    this.#forget = forget;
    // Not before its first viewer.
    setImmediate(() => void this.#follow());
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

  async #follow(): Promise<void> {
    let [saidAt, overSince] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const hearNoMore = runChannel().onNews((news) =>
      this.#heed(news, () => (saidAt = Number.NEGATIVE_INFINITY)),
    );
    while (this.#viewers > 0 && !this.#log.isEnded) {
      try {
        const now = performance.now();
        // Read first: an answer is over when it is not said to go on and nothing more of it came.
        // oxlint-disable-next-line no-await-in-loop -- one reading after the other
        const isGoing = now - saidAt < SAID_EVERY_MS || (await this.#sayWatched());
        if (isGoing && now - saidAt >= SAID_EVERY_MS) saidAt = now;
        if (!isGoing) overSince = Math.min(overSince, now);
        // oxlint-disable-next-line no-await-in-loop
        const isMore = await this.#readMore();
        if (!isMore && performance.now() - overSince > END_WITHIN_MS) this.#log.end();
        if (isMore) continue;
      } catch (error) {
        logger.warn({ err: error }, "an answer at another server was not read; will retry");
      }
      if (this.#viewers === 0 || this.#log.isEnded) break;
      // oxlint-disable-next-line no-await-in-loop
      await this.#news();
    }
    hearNoMore();
    // Before anything is waited for: whoever comes now begins anew.
    this.#forget();
    if (this.#log.isEnded) return;
    this.#log.end();
    await this.#sayLeft();
  }

  #heed({ id, what }: RunNews, sayAgain: () => void): void {
    if (id !== this.#runId) return;
    if (what === "left") sayAgain();
    if (what !== "changed") this.#wake.resolve();
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

  /** @returns false if the run is over, or its server died: then the run is removed */
  async #sayWatched(): Promise<boolean> {
    const said = await rowsOf(
      await database(),
      sql`with dead as (delete from runs where run_id = ${this.#runId} and ${SERVER_IS_DEAD} returning 1)
        update runs set watched_until = now() + make_interval(secs => ${WATCHED_SECONDS})
        where run_id = ${this.#runId} and expires_at > now() and not exists (select 1 from dead)
        returning ${tellingNews({ id: this.#runId, what: "changed" })}`,
    );
    return said.length > 0;
  }

  /** Whoever watches at a third server says so again. */
  async #sayLeft(): Promise<void> {
    try {
      const db = await database();
      await db.execute(
        sql`update runs set watched_until = null where run_id = ${this.#runId}
          returning ${tellingNews({ id: this.#runId, what: "changed" })}`,
      );
      await tellNews({ id: this.#runId, what: "left" });
    } catch (error) {
      logger.warn({ err: error }, "a run was not told that nobody watches here; it knows in some seconds");
    }
  }
}
