import { recordUsage } from "@/domain/metering/record-usage";
import type { UsageContext, UsageRow } from "@/domain/metering/usage-row";
import { logger } from "@/lib/logger";
import type { PreparedRun } from "./prepare-run";

/** What the requests of a run have in common. */
export function usageContextOf({
  actor,
  project,
  runId,
  threadId,
  selection,
}: Pick<PreparedRun, "actor" | "runId" | "threadId" | "selection"> & {
  project: { id: string };
}): UsageContext {
  return { userId: actor.userId, projectId: project.id, runId, threadId: threadId ?? null, selection };
}

/**
 * Records what a run has used so far, beside it: nothing waits for that, and at its end it is recorded again,
 * which changes nothing. A server that is killed in the middle loses the request in progress at most.
 */
export async function recordEarly(prepared: PreparedRun, rows: readonly UsageRow[]): Promise<void> {
  try {
    await recordUsage(usageContextOf(prepared), rows);
  } catch (error) {
    logger.warn({ err: error }, "what a run has used so far was not recorded; it is at its end");
  }
}
