import type { AnswerOutcome } from "@/contracts/chat";
import { recordHealthAfterRun } from "@/domain/keys/health/record-health-after-run";
import { appendThreadMessages, type MessageToAppend } from "@/domain/projects/threads/append-thread-messages";
import { recordUsage, type UsageRecord } from "@/domain/spending/record-usage";
import { AppError } from "@/lib/app-error";
import { logger } from "@/lib/logger";
import type { Run, RunMessage } from "./run";

/**
 * Stores the answer, complete or partial, and records its usage and what its end says about the key. A
 * failure here is only logged: the person has the answer.
 */
export async function finishRun(run: Run, answer: RunMessage, wasStopped: boolean): Promise<void> {
  const { prepared, personalKey } = run;
  // At once: nothing is sent any more, and whoever sees the end of an answer may send the next message.
  await prepared.slot.release();
  const outcome = run.outcome(wasStopped);
  const results = await Promise.allSettled([
    storeAnswer(run, answer, outcome),
    recordUsage(prepared.actor, usageOf(run, USAGE_OUTCOMES[outcome])),
    personalKey && recordHealthAfterRun(prepared.actor, personalKey, resultOf(run)),
  ]);
  for (const result of results) {
    if (result.status === "rejected")
      logger.error({ err: result.reason, outcome }, "an answer could not be stored");
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

async function storeAnswer(run: Run, answer: RunMessage, outcome: AnswerOutcome): Promise<void> {
  const { actor, project, threadId, messages } = run.prepared;
  if (!threadId || answer.parts.length === 0) return;
  const stored = {
    ...answer,
    id: run.messageId,
    // Stopped and failed answers also have their times, the tokens of their complete requests, and a cost if
    // none of it is unknown.
    metadata: { ...run.metadataAtEnd, outcome },
  } as MessageToAppend;
  try {
    await appendThreadMessages(actor, project.id, threadId, [...messages, stored], {
      storeMetadataOf: run.messageId,
      createThread: false,
    });
  } catch (error) {
    // The person deleted the thread or the project meanwhile: there is nowhere to store the answer.
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
