import { setTimeout as pause } from "node:timers/promises";
import type { AnswerOutcome } from "@/contracts/chat";
import { recordHealthAfterRun } from "@/domain/keys/health/record-health-after-run";
import { recordUsage } from "@/domain/metering/record-usage";
import type { RequestOutcome, UsageRow } from "@/domain/metering/usage-row";
import { type AnswerToStore, storeAnswer } from "@/domain/projects/threads/store-answer";
import { logger } from "@/lib/logger";
import { usageContextOf } from "./record-early";
import type { Run, RunMessage } from "./run";
import { storeEnd } from "./store-end";

interface Finishing {
  /** The answer is stored and its thread free for the next message. */
  stored: Promise<void>;
  /** All the rest is. */
  recorded: Promise<unknown>;
}

/**
 * Stores the answer, complete or partial, and records its usage and what its end says about the key: in one
 * statement, or one by one if that fails. A failure here is only logged: the person has the answer.
 */
export function finishRun(run: Run, answer: RunMessage): Finishing {
  const end = endOf(run, answer);
  const finishing = finishAtOnce(run, end).catch((error: unknown) => {
    logger.error({ err: error }, "the end of an answer could not be stored at once; its parts will be");
    return finishInParts(run, end);
  });
  return {
    stored: finishing.then(({ stored }) => stored),
    recorded: finishing.then(({ recorded }) => recorded),
  };
}

/** What is to be stored, as it is when the answer ends. */
interface RunEnd {
  outcome: AnswerOutcome;
  /** Null if it is kept nowhere, or nothing of it has come. */
  answer: AnswerToStore | null;
  usage: readonly UsageRow[];
}

function endOf(run: Run, { parts }: RunMessage): RunEnd {
  const outcome = run.outcome();
  const usage = run.receipt.close(USAGE_OUTCOMES[outcome], run.failure?.code ?? null);
  const { threadId, questionId } = run.prepared;
  const isKept = threadId !== undefined && parts.length > 0;
  // Stopped and failed answers also have their times, and what they used and cost at least.
  const metadata = { ...run.metadataAtEnd, outcome };
  return {
    outcome,
    answer: isKept ? { id: run.messageId, parentId: questionId, parts, metadata } : null,
    usage,
  };
}

async function finishAtOnce(run: Run, { answer, usage }: RunEnd): Promise<Finishing> {
  const { prepared, personalKey } = run;
  // Of a stored key that worked it is seldom to be noted.
  const worked = personalKey?.source === "stored" && resultOf(run) === "answered" ? personalKey : null;
  const isNoteDue = await storeEnd(prepared, { answer, usage, worked });
  prepared.slot.wasReleased();
  return { stored: Promise.resolve(), recorded: worked && !isNoteDue ? Promise.resolve() : noteHealth(run) };
}

async function finishInParts(run: Run, { outcome, answer, usage }: RunEnd): Promise<Finishing> {
  const { actor, project, slot, threadId } = run.prepared;
  const store = async () => {
    if (answer && threadId !== undefined) await storeAnswer(actor, project.id, threadId, answer);
  };
  const record = () => recordUsage(usageContextOf(run.prepared), usage);
  const used = record().catch((error: unknown) => {
    logger.error({ err: error, outcome }, "what an answer used could not be stored; will retry");
    void storeLater(record, RETRIED_AFTER_MS);
  });
  const stored = store()
    .catch((error: unknown) => {
      logger.error({ err: error, outcome }, "an answer could not be stored; will retry");
      void storeLater(store, RETRIED_AFTER_MS);
    })
    // Until then the run's row says what it may have used, should this server die.
    .then(() => used)
    .then(() => slot.release());
  return { stored, recorded: Promise.all([used, noteHealth(run)]) };
}

async function noteHealth(run: Run): Promise<void> {
  const { prepared, personalKey } = run;
  if (!personalKey) return;
  await recordHealthAfterRun(prepared.actor, personalKey, resultOf(run)).catch((error: unknown) =>
    logger.error({ err: error }, "what an answer says about its key could not be stored"),
  );
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
const USAGE_OUTCOMES: Record<AnswerOutcome, RequestOutcome> = {
  completed: "completed",
  cut: "completed",
  stopped: "aborted",
  interrupted: "aborted",
  failed: "failed",
};

/** A message stopped before anything arrived says nothing about the key. */
function resultOf({ failure, firstTokenMs }: Run): Parameters<typeof recordHealthAfterRun>[2] {
  if (failure) return failure.code;
  return firstTokenMs === null ? null : "answered";
}
