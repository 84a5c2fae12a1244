import "server-only";
import type { Compaction } from "@/contracts/compaction";
import { answersAfter } from "@/domain/projects/threads/answers-after";
import { FAILURE_TABLE, type FailureRow } from "@/domain/providers/failures/failure-table";
import type { ProviderFailureCode } from "@/domain/providers/failures/provider-failure";
import type { ChunkSink } from "../chunk-sink";
import type { AnswerRun } from "../live-run";
import type { PreparedCompaction } from "../prepare-run";
import type { Run, RunChunk } from "../run";
import { compactionIn, summaryIn } from "./compacted-conversation";
import { summarise } from "./summarise";

/**
 * Lets a run summarise the older part of its conversation before it is answered, if that is planned. The
 * first part of the answer says so, and there the next messages find it.
 */
export function compactFirst(answerRun: AnswerRun): AnswerRun {
  return async (run, signal, sink) => {
    const plan = run.prepared.compaction;
    // It holds the whole conversation.
    run.prepared.compaction = null;
    if (plan) await compactBefore(run, plan, signal, sink);
    if (!signal.aborted) await answerRun(run, signal, sink);
  };
}

async function compactBefore(
  run: Run,
  plan: PreparedCompaction,
  signal: AbortSignal,
  sink: ChunkSink,
): Promise<void> {
  const known = await compactionOfOtherVersions(run, plan);
  if (!known && !plan.isDue) return;
  if (!known) sink.write(partOf({ state: "running", upTo: plan.upTo }));
  const compaction = known ?? (await compact(run, plan, signal));
  sink.write(partOf(compaction));
  const summary = summaryIn(compaction);
  if (summary) run.prepared.modelMessages = await plan.modelMessagesWith(summary);
}

/** With an id: a part of the same replaces it. */
function partOf(data: Compaction): RunChunk {
  return { type: "data-compaction", id: "compaction", data };
}

/**
 * What was summarised before the same message in another version, as it was edited or answered before: it is
 * not paid for twice. What the person has undone there is not due here.
 */
async function compactionOfOtherVersions(run: Run, plan: PreparedCompaction): Promise<Compaction | null> {
  const { actor, project, threadId } = run.prepared;
  if (threadId === undefined) return null;
  const answers = await answersAfter(actor, project.id, threadId, plan.follows);
  const latest = answers.map(compactionIn).find((compaction) => compaction?.state === "done");
  if (!latest) return null;
  if (latest.isUndone) {
    if (!plan.isWanted) plan.isDue = false;
    return null;
  }
  const { state, upTo, summary } = latest;
  return { state, upTo, ...(summary !== undefined && { summary }) };
}

/**
 * @throws what the request failed with if the message would fail with the same, or does not fit without a
 *   summary. Otherwise all of the conversation is sent.
 */
async function compact(run: Run, plan: PreparedCompaction, signal: AbortSignal): Promise<Compaction> {
  const { upTo } = plan;
  try {
    const { summary, ...took } = await summarise(run, plan.request(), signal);
    if (summary !== undefined) return { state: "done", upTo, summary, ...took };
    return { state: "failed", upTo, ...took };
  } catch (error) {
    if (signal.aborted) throw error;
    const { code } = run.reportError(error);
    if (plan.isNeeded || concernsKey(code)) throw error;
    return { state: "failed", upTo };
  }
}

const OF_KEY = new Set<FailureRow["keyHealth"]>(["invalid", "forbidden", "no_credit", "rate_limited"]);

/** The key, its credit or its limit; or a reason of our own, such as a session that has ended. */
function concernsKey(code: string): boolean {
  return !(code in FAILURE_TABLE) || OF_KEY.has(FAILURE_TABLE[code as ProviderFailureCode].keyHealth);
}
