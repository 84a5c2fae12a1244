import { setTimeout as pause } from "node:timers/promises";
import type { AnswerOutcome } from "@/contracts/chat";
import { recordHealthAfterRun } from "@/domain/keys/health/record-health-after-run";
import { storeAnswer } from "@/domain/projects/threads/store-answer";
import { recordUsage, type UsageRecord } from "@/domain/spending/record-usage";
import { AppError } from "@/lib/app-error";
import { logger } from "@/lib/logger";
import type { Run, RunMessage } from "./run";

/**
 * Stores the answer, complete or partial, and records its usage and what its end says about the key. A
 * failure here is only logged: the person has the answer.
 *
 * @returns `stored`: the answer is stored and its thread free for the next message; `recorded`: all the rest
 */
export function finishRun(
  run: Run,
  answer: RunMessage,
): { stored: Promise<void>; recorded: Promise<unknown> } {
  const { prepared, personalKey } = run;
  const outcome = run.outcome();
  const logged = (work: Promise<unknown> | null) =>
    Promise.resolve(work).catch((error: unknown) =>
      logger.error({ err: error, outcome }, "what an answer says about its key could not be stored"),
    );
  const store = () => storeLastOf(run, answer, outcome);
  const stored = store()
    .catch((error: unknown) => {
      logger.error({ err: error, outcome }, "an answer could not be stored; will retry");
      void storeLater(store, RETRIED_AFTER_MS);
    })
    .then(() => prepared.slot.release());
  const usage = usageOf(run, USAGE_OUTCOMES[outcome]);
  const record = () => recordUsage(prepared.actor, usage);
  const recorded = Promise.all([
    record().catch((error: unknown) => {
      logger.error({ err: error, outcome }, "what an answer used could not be stored; will retry");
      void storeLater(record, RETRIED_AFTER_MS);
    }),
    logged(personalKey && recordHealthAfterRun(prepared.actor, personalKey, resultOf(run))),
  ]);
  return { stored, recorded };
}

/** A database that is restarted is back by then. */
const RETRIED_AFTER_MS = [1_000, 3_000, 10_000, 30_000];

async function storeLater(store: () => Promise<void>, [pauseMs, ...later]: number[]): Promise<void> {
  if (pauseMs === undefined) return;
  await pause(pauseMs, undefined, { ref: false });
  try {
    await store();
  } catch (error) {
    logger.error({ err: error, triesLeft: later.length }, "the end of an answer could not be stored");
    await storeLater(store, later);
  }
}

/** What usage records call it: they count what was paid for, and older ones have these words. */
const USAGE_OUTCOMES: Record<AnswerOutcome, UsageRecord["outcome"]> = {
  completed: "completed",
  cut: "completed",
  stopped: "aborted",
  interrupted: "aborted",
  failed: "failed",
};

async function storeLastOf(run: Run, answer: RunMessage, outcome: AnswerOutcome): Promise<void> {
  const { actor, project, threadId, questionId } = run.prepared;
  if (threadId === undefined || answer.parts.length === 0) return;
  try {
    await storeAnswer(actor, project.id, threadId, {
      id: run.messageId,
      parentId: questionId,
      parts: answer.parts,
      // Stopped and failed answers also have their times, the tokens of their complete requests, and a cost
      // if none of it is unknown.
      metadata: { ...run.metadataAtEnd, outcome },
    });
  } catch (error) {
    // The person deleted the project meanwhile: there is nowhere to store the answer.
    if (!(error instanceof AppError && error.code === "not_found")) throw error;
  }
}

function usageOf(run: Run, outcome: UsageRecord["outcome"]): UsageRecord {
  const { prepared, receipt } = run;
  return {
    projectId: prepared.project.id,
    messageId: run.messageId,
    threadId: prepared.threadId,
    selection: prepared.selection,
    key: run.personalKey,
    outcome,
    errorCode: run.failure?.code,
    requests: receipt.requests,
    tokens: receipt.metadata.usage,
    cost: receipt.metadata.cost,
    price: receipt.price,
    durationMs: run.elapsedMs(),
    firstTokenMs: run.firstTokenMs,
  };
}

/** A message stopped before anything arrived says nothing about the key. */
function resultOf({ failure, firstTokenMs }: Run): Parameters<typeof recordHealthAfterRun>[2] {
  if (failure) return failure.code;
  return firstTokenMs === null ? null : "answered";
}
