import "server-only";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import {
  type AppendedRow,
  appended,
  appending,
  appendingValues,
  type MessagesToAppend,
  refuseAppending,
  type StoredConversation,
} from "@/domain/projects/threads/append-messages";
import { AppError } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { runStatement } from "@/lib/db/run-statement";
import { runsTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";
import { logger } from "@/lib/logger";
import { oncePerProcess } from "@/lib/once-per-process";
import {
  type CountedUses,
  countingUse,
  countingUseValues,
  giveBackUse,
  type Limit,
} from "@/lib/rate-limiter";
import { wellFormedJsonText } from "@/lib/well-formed-json";
import { runChannel, tellNews } from "./elsewhere/run-channel";
import { RUN_IS_OVER } from "./elsewhere/server-is-dead";
import { settleDeadRunsOf } from "./elsewhere/settle-dead-runs";
import type { PayingOfRun } from "./paying-of-run";
import { thisServer } from "./this-server";

/** The runs of a server that died are over after this time. */
const HELD_SECONDS = 20;
const PROLONGED_EVERY_MS = 6_000;
/** What a person may expect until a run ends. */
const RETRY_AFTER = { "retry-after": "5" };

/** The runs in progress on this server. */
const shared = oncePerProcess("runRows", () => {
  const runIds = new Set<string>();
  setInterval(() => void prolong([...runIds]), PROLONGED_EVERY_MS).unref();
  return runIds;
});

/** Runs that this server is about to admit: until then nobody else sees them. By their ids. */
const beginning = oncePerProcess(
  "beginningRuns",
  () => new Map<string, { userId: string; run: RunToBegin; settled: Promise<unknown> }>(),
);

/** Whether a run is one of this server's; it may not have begun. */
export function isAdmittedHere(runId: string): boolean {
  return (shared.current()?.has(runId) || beginning.current()?.has(runId)) ?? false;
}

/** A run of a thread that this server is about to admit. @returns when it is, or is not */
export function beginningOf({ userId }: Actor, threadId: string): Promise<unknown> | undefined {
  for (const each of beginning.current()?.values() ?? [])
    if (each.userId === userId && each.run.threadId === threadId.toLowerCase()) return each.settled;
  return undefined;
}

/** How many runs this server has, with those that are about to begin. */
export function runsHere(): number {
  return shared.current()?.size ?? 0;
}

/** A run that wants to begin. */
export interface RunToBegin {
  runId: string;
  projectId: string;
  /** By the id its project knows; absent if the answer is kept nowhere. */
  threadId: string | undefined;
  questionId: string;
  keepWorking: boolean;
  paying: PayingOfRun;
}

/** A person's permission for one more run. */
export interface RunSlot {
  /** Call when the run has ended. A second call does nothing. */
  release(): Promise<void>;
  /** Call instead when its row was deleted together with something else. */
  wasReleased(): void;
}

/** What is done in the statement that takes a slot. Without a slot nothing of it is. */
export interface WithSlot {
  /** Stored, unless the use is above the limit. */
  given: MessagesToAppend | null;
  /** One use is counted. */
  limit: Limit | null;
}

export interface TakenSlot {
  slot: RunSlot;
  stored: StoredConversation | null;
  /** With this one; null if it is not counted. */
  uses: CountedUses | null;
  /** Leaves everything as if the slot had not been taken. */
  undo: () => Promise<void>;
}

/**
 * Takes one of the slots a person has for runs at the same time and the thread it answers in, on all servers
 * together, and one of this server's slots.
 *
 * @throws AppError `thread_busy`, `too_many_runs`; as `appendMessages`
 */
export async function takeRunSlot(
  actor: Actor,
  run: RunToBegin,
  { given, limit }: WithSlot,
): Promise<TakenSlot> {
  const { RUNS_PER_PERSON, RUNS_PER_SERVER } = environment();
  const runIds = shared.get();
  const { runId } = run;
  const isFull = () => runIds.size >= RUNS_PER_SERVER;
  const wasFull = isFull();
  const taking = takeRow(actor, run, RUNS_PER_PERSON, wasFull ? NOTHING : { given, limit });
  beginning.get().set(runId, { userId: actor.userId, run, settled: taking.catch(() => undefined) });
  try {
    const row = await taking;
    const stored = given && row.thread ? appended(actor, given, row as AppendedRow) : null;
    const uses = row.points === undefined ? null : { points: row.points, expire: row.expire ?? 0 };
    const undo = async () => {
      await stored?.takeBack();
      if (limit && uses)
        await giveBackUse(limit, actor.userId).catch((error: unknown) =>
          logger.warn({ err: error }, "a message that was refused still counts against the rate"),
        );
      runIds.delete(runId);
      await giveBack(runId);
    };
    // Second, so that what one person sends above the limit takes no place from others.
    if (wasFull || isFull()) {
      await undo();
      throw new AppError(
        "too_many_runs",
        "This server is answering as many messages as it can. Try again in a few seconds.",
        { headers: RETRY_AFTER },
      );
    }
    runIds.add(runId);
    return { slot: slotOf(runId), stored, uses, undo };
  } finally {
    beginning.get().delete(runId);
  }
}

function slotOf(runId: string): RunSlot {
  const runIds = shared.get();
  return {
    release: async () => {
      if (runIds.delete(runId)) await giveBack(runId);
    },
    wasReleased: () => void runIds.delete(runId),
  };
}

const NOTHING: WithSlot = { given: null, limit: null };

const TAKE = `insert into runs (user_id, slot, run_id, project_id, thread_id, question_id, server_id,
    has_lock, keep_working, paying, expires_at)
  select $1, free.slot, $2::uuid, $3::uuid, $4::uuid, $5, $6::uuid, $7::boolean, $8::boolean, $10::jsonb,
    now() + make_interval(secs => ${HELD_SECONDS})
  from generate_series(1, $9::int) as free (slot)
  where not exists (select 1 from runs where user_id = $1 and runs.slot = free.slot)
  order by free.slot limit 1
  on conflict do nothing returning slot`;

/** The places of parameters after those of `TAKE`, with a limit and without. */
const [COUNTED, STORED_TOO] = [11, 15];
const MOST_USES = `$${STORED_TOO - 1}::int`;
const COUNT = `counted as (${countingUse("taken", COUNTED)})`;
const TAKE_AND_COUNT = `with taken as (${TAKE}), ${COUNT} select points, expire from counted`;
const TAKE_AND_STORE = `with taken as (${TAKE}) select stored.* from taken cross join lateral ${appending(COUNTED)} stored`;
const TAKE_COUNT_AND_STORE = `with taken as (${TAKE}), ${COUNT} select counted.points, counted.expire, stored.*
  from counted cross join lateral ${appending(STORED_TOO, `counted.points <= ${MOST_USES}`)} stored`;

/** What was counted and stored, if anything was to be; null where the limit kept it from being stored. */
type TakenRow = { [Column in keyof AppendedRow]?: AppendedRow[Column] | null } & Partial<CountedUses>;

function statementWith({ given, limit }: WithSlot): string {
  if (limit) return given ? TAKE_COUNT_AND_STORE : TAKE_AND_COUNT;
  return given ? TAKE_AND_STORE : TAKE;
}

/**
 * Of two that take the same slot or thread, one gets it. The other looks why, removes what has expired, and
 * tries again if it may.
 */
async function takeRow(actor: Actor, run: RunToBegin, slots: number, more: WithSlot): Promise<TakenRow> {
  const { runId, projectId, threadId, questionId, keepWorking, paying } = run;
  const { given, limit } = more;
  const place = [runId, projectId, threadId ?? null, questionId, thisServer()];
  const values = [
    actor.userId,
    ...place,
    runChannel().isHearing,
    keepWorking,
    slots,
    wellFormedJsonText(paying),
  ];
  const counted = limit ? [...countingUseValues(limit, actor.userId), ...(given ? [limit.points] : [])] : [];
  const stored = given ? appendingValues(actor, given) : [];
  for (let tries = 0; tries <= slots; tries += 1) {
    // oxlint-disable-next-line no-await-in-loop -- each try needs to know how the one before ended
    const [taken] = await runStatement<TakenRow>(statementWith(more), [
      ...values,
      ...counted,
      ...stored,
    ]).catch(refuseAppending);
    if (taken) return taken;
    // oxlint-disable-next-line no-await-in-loop
    await makeRoom(actor, run, slots);
  }
  throw tooMany(slots);
}

/** @throws AppError `thread_busy`, `too_many_runs` */
async function makeRoom(
  { userId }: Actor,
  { projectId, threadId }: RunToBegin,
  slots: number,
): Promise<void> {
  const removed = await settleDeadRunsOf(userId, { projectId, threadId });
  const db = await database();
  const [found] = await rowsOf<{
    held: number;
    busy: { runId: string; questionId: string } | null;
  }>(
    db,
    sql`select
        (select count(*)::int from runs where user_id = ${userId} and not ${RUN_IS_OVER} and slot <= ${slots}::int) as held,
        (select json_build_object('runId', run_id, 'questionId', question_id) from runs where project_id = ${projectId}::uuid and thread_id = ${threadId ?? null}::uuid
          and not ${RUN_IS_OVER}) as busy`,
  );
  if (found?.busy) {
    throw new AppError("thread_busy", "An answer is being written in this thread. Wait or stop it.", {
      headers: runHeaders(found.busy),
    });
  }
  if (found && removed === 0 && found.held >= slots) throw tooMany(slots);
}

function tooMany(slots: number): AppError {
  return new AppError(
    "too_many_runs",
    `${slots} of your messages are being answered, which is the most at the same time. Wait until one is done, or stop one.`,
    { headers: RETRY_AFTER },
  );
}

/** It expires by then. */
const GIVEN_BACK_AFTER_MS = [1_000, 4_000, 10_000];

async function giveBack(runId: string, [pauseMs, ...later] = GIVEN_BACK_AFTER_MS): Promise<void> {
  try {
    await runStatement("delete from runs where run_id = $1", [runId]);
  } catch (error) {
    logger.warn({ err: error }, "the slot of a run was not given back; it is free within half a minute");
    if (pauseMs !== undefined) setTimeout(() => void giveBack(runId, later), pauseMs).unref();
  }
}

async function prolong(runIds: string[]): Promise<void> {
  if (runIds.length === 0) return;
  try {
    const db = await database();
    await db
      .update(runsTable)
      .set({ expiresAt: sql`now() + make_interval(secs => ${HELD_SECONDS})` })
      .where(inArray(runsTable.runId, runIds));
  } catch (error) {
    logger.warn({ err: error }, "the slots of runs were not prolonged");
  }
}

/** A run in progress, on whatever server. */
export interface RunRow {
  runId: string;
  questionId: string | null;
  serverId: string | null;
}

/** How an answer of HTTP names a run, and the message that it answers. */
export function runHeaders({
  runId,
  questionId,
}: Pick<RunRow, "runId" | "questionId">): Record<string, string> {
  return { "x-run-id": runId, ...(questionId !== null && { "x-run-question": questionId }) };
}

const RUN = { runId: runsTable.runId, questionId: runsTable.questionId, serverId: runsTable.serverId };
const IS_ALIVE = sql`${runsTable.expiresAt} > now()`;

/** The run in progress in a thread of the actor's. @param projectId of the thread; null: whatever project */
export async function findRunOfThread(
  { userId }: Actor,
  threadId: string,
  projectId: string | null,
): Promise<RunRow | undefined> {
  const db = await database();
  const inProject = projectId === null ? undefined : eq(runsTable.projectId, projectId);
  const [row] = await db
    .select(RUN)
    .from(runsTable)
    .where(and(eq(runsTable.userId, userId), eq(runsTable.threadId, threadId), inProject, IS_ALIVE))
    .limit(1);
  return row;
}

/** Changes a run in progress of the actor's. @returns undefined if there is none of this id */
export async function changeRunRow(
  { userId }: Actor,
  runId: string,
  change: { keepWorking: boolean } | { stopRequested: true },
): Promise<RunRow | undefined> {
  const db = await database();
  const [row] = await db
    .update(runsTable)
    .set(change)
    .where(and(eq(runsTable.runId, runId), eq(runsTable.userId, userId), IS_ALIVE))
    .returning(RUN);
  if (row && row.serverId !== thisServer()) await tellNews({ id: runId, what: "changed" });
  return row;
}

/** Whether a run is in progress, on whatever server. */
export async function isRunAlive(runId: string): Promise<boolean> {
  const db = await database();
  const rows = await db
    .select(RUN)
    .from(runsTable)
    .where(and(eq(runsTable.runId, runId), IS_ALIVE))
    .limit(1);
  return rows.length > 0;
}
