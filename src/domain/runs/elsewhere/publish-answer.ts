import "server-only";
import { setTimeout as pause } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { runChunksTable } from "@/lib/db/schema";
import { logger } from "@/lib/logger";
import type { AnswerLog } from "../answer-log";
import { tellingNews } from "./run-channel";
import { removeLeftChunks } from "./settle-dead-runs";

const PIECE_BYTES = 64 * 1024;
/** What arrives meanwhile goes together. */
const PAUSE_MS = 40;
/** How long viewers at other servers have to fetch the end. */
const KEPT_AFTER_END_MS = 30_000;

/**
 * Passes an answer on to viewers at other servers, from its first event on, while there are any.
 */
export class PublishedAnswer {
  readonly #runId: string;
  readonly #log: AnswerLog;
  readonly #isWatched: () => boolean;
  #place = 0;
  #seq = 0;
  #isGoing = false;

  constructor(runId: string, log: AnswerLog, isWatched: () => boolean) {
    this.#runId = runId;
    this.#log = log;
    this.#isWatched = isWatched;
  }

  /** Call when somebody watches elsewhere; again if it had stopped since. */
  go(): void {
    if (this.#isGoing) return;
    this.#isGoing = true;
    void this.#publish();
  }

  /**
   * Call when the answer has ended. If some of it was passed on, the rest is too, whether somebody watches
   * elsewhere or not: who has just come again may not be known yet. It is removed after that.
   */
  end(): void {
    if (this.#seq > 0) this.go();
  }

  async #publish(): Promise<void> {
    try {
      while (this.#isWatched() || this.#log.isEnded) {
        // oxlint-disable-next-line no-await-in-loop -- one piece after the other
        const next = await this.#log.following(this.#place, PIECE_BYTES);
        // oxlint-disable-next-line no-await-in-loop
        await this.#store(next?.bytes);
        if (!next) {
          setTimeout(() => void this.#remove(), KEPT_AFTER_END_MS).unref();
          return;
        }
        this.#place = next.place;
        // oxlint-disable-next-line no-await-in-loop
        await pause(PAUSE_MS, undefined, { ref: false });
      }
    } catch (error) {
      // They ask again, and it goes on where it was.
      logger.warn({ err: error }, "an answer was not passed on to viewers at other servers");
    } finally {
      this.#isGoing = false;
    }
  }

  async #store(bytes: Uint8Array | undefined): Promise<void> {
    const db = await database();
    const events = bytes ? Buffer.from(bytes).toString("utf8") : "";
    await db.execute(
      sql`with stored as (
          insert into run_chunks (run_id, seq, events, is_last)
          values (${this.#runId}, ${this.#seq}, ${events}, ${bytes === undefined}) on conflict do nothing
        ) select ${tellingNews({ id: this.#runId, what: "grown" })}`,
    );
    this.#seq += 1;
  }

  async #remove(): Promise<void> {
    try {
      const db = await database();
      await db.delete(runChunksTable).where(eq(runChunksTable.runId, this.#runId));
      await removeLeftChunks();
    } catch (error) {
      logger.warn({ err: error }, "an answer that was passed on was not removed; the next start removes it");
    }
  }
}
