import "server-only";
import { randomUUID } from "node:crypto";
import { eq, inArray, sql } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { AppError } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { runSlotsTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";
import { logger } from "@/lib/logger";
import { oncePerProcess } from "@/lib/once-per-process";

/** A slot of a server that died is free after this time. */
const HELD_SECONDS = 60;
const PROLONGED_EVERY_MS = 20_000;
/** What a person may expect until a run ends. */
const RETRY_AFTER = { "retry-after": "5" };

/** The runs in progress on this server. */
const shared = oncePerProcess("runSlots", () => {
  const runIds = new Set<string>();
  setInterval(() => void prolong([...runIds]), PROLONGED_EVERY_MS).unref();
  return runIds;
});

/** A person's permission for one more run. */
export interface RunSlot {
  /** Call when the run has ended. A second call does nothing. */
  release(): Promise<void>;
}

/**
 * Takes one of the slots a person has for runs at the same time, on all servers together, and one of this
 * server's.
 *
 * @throws AppError `too_many_runs`
 */
export async function takeRunSlot(actor: Actor): Promise<RunSlot> {
  const { RUNS_PER_PERSON, RUNS_PER_SERVER } = environment();
  const running = shared.get();
  const runId = randomUUID();
  if (!(await takeFreeSlot(actor, runId, RUNS_PER_PERSON))) {
    throw new AppError(
      "too_many_runs",
      `${RUNS_PER_PERSON} of your messages are being answered, which is the most at the same time. Wait until one is done, or stop one.`,
      { headers: RETRY_AFTER },
    );
  }
  // Second, so that what one person sends above the limit takes no place from others.
  if (running.size >= RUNS_PER_SERVER) {
    await giveBack(runId);
    throw new AppError(
      "too_many_runs",
      "This server is answering as many messages as it can. Try again in a few seconds.",
      { headers: RETRY_AFTER },
    );
  }
  running.add(runId);
  return {
    release: async () => {
      if (running.delete(runId)) await giveBack(runId);
    },
  };
}

/** Of two that take the same slot, one gets it; the other looks again, and sees that it is taken. */
async function takeFreeSlot(actor: Actor, runId: string, slots: number): Promise<boolean> {
  const db = await database();
  for (let tries = 0; tries <= slots; tries += 1) {
    // oxlint-disable-next-line no-await-in-loop -- each try needs to know how the one before ended
    const taken = await rowsOf(
      db,
      sql`insert into run_slots as held (user_id, slot, run_id, expires_at)
        select ${actor.userId}, free.slot, ${runId}, now() + make_interval(secs => ${HELD_SECONDS})
        from generate_series(1, ${slots}::int) as free (slot)
        where not exists (
          select 1 from run_slots
          where user_id = ${actor.userId} and run_slots.slot = free.slot and expires_at > now()
        )
        order by free.slot limit 1
        on conflict (user_id, slot) do update set run_id = excluded.run_id, expires_at = excluded.expires_at
        where held.expires_at <= now() returning slot`,
    );
    if (taken.length > 0) return true;
  }
  return false;
}

async function giveBack(runId: string): Promise<void> {
  try {
    const db = await database();
    await db.delete(runSlotsTable).where(eq(runSlotsTable.runId, runId));
  } catch (error) {
    logger.warn({ err: error }, "the slot of a run was not given back; it is free in a minute");
  }
}

async function prolong(runIds: string[]): Promise<void> {
  if (runIds.length === 0) return;
  try {
    const db = await database();
    await db
      .update(runSlotsTable)
      .set({ expiresAt: sql`now() + make_interval(secs => ${HELD_SECONDS})` })
      .where(inArray(runSlotsTable.runId, runIds));
  } catch (error) {
    logger.warn({ err: error }, "the slots of runs were not prolonged");
  }
}
