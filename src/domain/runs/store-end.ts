import "server-only";
import type { KeyTried } from "@/domain/keys/sources/key-source";
import { isWorkingToNote } from "@/domain/keys/sources/stored/note-stored-key-health";
import { recordingUsage, recordingUsageValue } from "@/domain/metering/record-usage";
import type { UsageRow } from "@/domain/metering/usage-row";
import {
  type AnswerToStore,
  STORING_ANSWER_VALUES,
  storingAnswer,
  storingAnswerValues,
} from "@/domain/projects/threads/store-answer";
import { runStatement } from "@/lib/db/run-statement";
import type { PreparedRun } from "./prepare-run";
import { usageContextOf } from "./record-early";

const USAGE = 1 + STORING_ANSWER_VALUES;
const RUN = USAGE + 1;
/**
 * The person's is the first parameter, then the project's; the key and its secret are the last. The run's row
 * goes last, which is said by counting: Postgres would begin with what nothing else needs, and a row that is
 * held while this waits for a project keeps the server from prolonging all its runs.
 */
const END = `with ${storingAnswer(1)},
  recorded as (${recordingUsage(`$${USAGE}`, { person: "(select id from owner)" })} returning 1),
  released as (
    delete from runs where run_id = $${RUN}::uuid
      and (select count(*) from stored) + (select count(*) from recorded) >= 0
  )
  select exists (
    select 1 from user_ai_api_keys where ${isWorkingToNote(`$${RUN + 1}`, "$1", `$${RUN + 2}`)}
  ) as "isNoteDue"`;

type EndedRun = Pick<PreparedRun, "actor" | "threadId" | "runId" | "selection"> & { project: { id: string } };

/**
 * Stores all that the end of a run leaves, in one statement: the answer, if its thread is still there, what
 * it used, and that its thread is free. All of it or nothing.
 *
 * @param end.answer null if there is nothing to store of it
 * @param end.worked the stored key that brought the answer, if one did
 * @returns whether it is to be noted that this key works
 */
export async function storeEnd(
  ended: EndedRun,
  {
    answer,
    usage,
    worked,
  }: { answer: AnswerToStore | null; usage: readonly UsageRow[]; worked: KeyTried | null },
): Promise<boolean> {
  const { actor, project, threadId, runId } = ended;
  const [row] = await runStatement<{ isNoteDue: boolean }>(END, [
    ...storingAnswerValues(actor, project.id, threadId ?? null, answer),
    recordingUsageValue(usageContextOf(ended), usage),
    runId,
    worked?.id ?? null,
    worked?.secretId ?? null,
  ]);
  return row?.isNoteDue ?? false;
}
