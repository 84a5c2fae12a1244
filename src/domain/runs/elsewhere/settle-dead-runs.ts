import "server-only";
import { sql } from "drizzle-orm";
import { recordingUsage, recordingUsageValue } from "@/domain/metering/record-usage";
import type { UsageRow } from "@/domain/metering/usage-row";
import { database, databaseConnection } from "@/lib/db/client";
import { runStatement } from "@/lib/db/run-statement";
import { logger } from "@/lib/logger";
import { payingOfRunSchema } from "../paying-of-run";
import { thisServer } from "../this-server";
import { type DeadRun, requestsOfDeadRun } from "./requests-of-dead-run";
import { RUN_IS_OVER_TEXT } from "./server-is-dead";

const AT_ONCE = 50;

/**
 * At the start of a server: settles the runs of servers that died, so that their threads are free, what had
 * come of their answers is shown, and what it cost is recorded. The embedded database had no other server.
 */
export async function settleDeadRunsAtStart(): Promise<void> {
  const { listen } = await databaseConnection();
  await settleAll({ isOver: listen ? RUN_IS_OVER_TEXT : "true", which: "true", values: [] });
  await removeLeftChunks();
}

/** Of other servers: what this one could not prolong, it ends by itself. @returns how many there were */
export function settleDeadRuns(): Promise<number> {
  const which = "runs.server_id is distinct from $1::uuid";
  return settleAll({ isOver: RUN_IS_OVER_TEXT, which, values: [thisServer()] });
}

/** Those of a person, and the one that has a thread. @returns how many there were */
export function settleDeadRunsOf(
  userId: string,
  { projectId, threadId }: { projectId: string; threadId: string | undefined },
): Promise<number> {
  const which = "(runs.user_id = $1 or (runs.project_id = $2::uuid and runs.thread_id = $3::uuid))";
  return settleAll({ isOver: RUN_IS_OVER_TEXT, which, values: [userId, projectId, threadId ?? null] });
}

/** @returns false if its server lives, or there is none of this id */
export async function settleRunIfDead(runId: string): Promise<boolean> {
  const which = "runs.run_id = $1::uuid";
  return (await settleAll({ isOver: RUN_IS_OVER_TEXT, which, values: [runId] })) > 0;
}

interface Settling {
  /** A condition on rows of `runs` without parameters. */
  isOver: string;
  which: string;
  values: readonly unknown[];
}

/** Several servers may settle a run at once: they make the same rows, of which there is one each. */
async function settleAll({ isOver, which, values }: Settling): Promise<number> {
  const rows = await runStatement<DeadRunRow>(
    `${DEAD_RUNS} where ${isOver} and ${which} limit ${AT_ONCE}`,
    values,
  );
  let settled = 0;
  for (const row of rows) {
    // oxlint-disable-next-line no-await-in-loop -- one transaction each, with the locks of one run
    settled += await settle(row, isOver).catch((error: unknown) => {
      logger.error(
        { err: error, runId: row.runId },
        "a run of a server that died was not settled; will retry",
      );
      return 0;
    });
  }
  return settled + (rows.length === AT_ONCE && settled > 0 ? await settleAll({ isOver, which, values }) : 0);
}

async function settle(row: DeadRunRow, isOver: string): Promise<number> {
  const { runId, userId, projectId, threadId } = row;
  const run = runOf(row);
  const context = run && { userId, runId, projectId, threadId, selection: run.paying.selection };
  const lost = run ? requestsFor(run) : [];
  const records = context ? recordingUsageValue(context, lost) : "[]";
  const statement = SETTLE.replaceAll("IS_OVER", isOver);
  const removed = await runStatement(statement, [userId, records, runId]);
  return removed.length;
}

/** What a newer server has written may not be understood here. */
function runOf({ paying, ...row }: DeadRunRow): DeadRun | null {
  const read = payingOfRunSchema.safeParse(paying);
  return read.success ? { ...row, branchBytes: Number(row.branchBytes), paying: read.data } : null;
}

/** The thread of a run that cannot be priced is free all the same. */
function requestsFor(run: DeadRun): UsageRow[] {
  try {
    return requestsOfDeadRun(run);
  } catch (error) {
    logger.error({ err: error }, "what a run of a server that died used is not known");
    return [];
  }
}

interface DeadRunRow extends Omit<DeadRun, "paying" | "branchBytes"> {
  userId: string;
  projectId: string | null;
  threadId: string | null;
  paying: unknown;
  branchBytes: number | string;
}

const DEAD_RUNS = `select runs.run_id as "runId", runs.user_id as "userId", runs.project_id as "projectId",
    runs.thread_id as "threadId", runs.paying,
    (select coalesce(json_agg(json_build_object('round', round, 'purpose', purpose,
        'inputTokens', input_tokens, 'outputTokens', output_tokens) order by round), '[]'::json)
      from usage_events where message_id = runs.run_id::text and round is not null) as recorded,
    coalesce(answer.parts, '[]'::jsonb) as parts, answer.metadata ->> 'outcome' as outcome,
    (with recursive branch as (
        select question.parent_id, octet_length(question.parts::text) as bytes from messages question
        where question.thread_id = thread.id and question.id = runs.question_id
        union all
        select earlier.parent_id, octet_length(earlier.parts::text) from branch
        join messages earlier on earlier.thread_id = thread.id and earlier.id = branch.parent_id
      ) select coalesce(sum(bytes), 0) from branch) as "branchBytes"
  from runs
  left join threads thread on thread.project_id = runs.project_id
    and coalesce(thread.public_id, thread.id) = runs.thread_id
  left join messages answer on answer.thread_id = thread.id and answer.id = runs.run_id::text`;

/**
 * Of a run that is still over. Its row goes last, which is said by counting, as at the end of a run
 * (store-end.ts).
 */
const SETTLE = `with owner as materialized (
    select id from "user" where id = $1 for key share
  ), recorded as (
    ${recordingUsage("$2", {
      person: "(select id from owner)",
      condition: "exists (select 1 from runs where run_id = $3::uuid and IS_OVER)",
    })} returning 1
  )
  delete from runs where run_id = $3::uuid and IS_OVER and (select count(*) from recorded) >= 0
  returning 1`;

/** What servers that died had passed on to others. */
export async function removeLeftChunks(): Promise<void> {
  const db = await database();
  await db.execute(sql`delete from run_chunks where run_id not in (select run_id from runs)
    and created_at < now() - interval '1 minute'`);
}
