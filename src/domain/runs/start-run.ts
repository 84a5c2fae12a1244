import { createUIMessageStream } from "ai";
import { sessionEnded } from "@/domain/identity/authority";
import { annotateAnswer } from "./annotate-answer";
import { finishRun } from "./finish-run";
import type { PreparedRun } from "./prepare-run";
import { Run, type RunChunk, type RunMessage } from "./run";
import { whenSessionEnds } from "./runs-of-session";

/** Produces the answer to a run, until it is complete or `signal` stops it. */
export type AnswerRun = (run: Run, signal: AbortSignal) => Promise<ReadableStream<RunChunk>>;

/**
 * Starts a run, and finishes it exactly once when its answer ends, for whatever reason.
 *
 * @param signal stops the run, and so does the end of its session; what has arrived is kept
 * @returns the answer as it arrives
 */
export function startRun(
  prepared: PreparedRun,
  answerRun: AnswerRun,
  signal: AbortSignal,
): ReadableStream<RunChunk> {
  const run = new Run(prepared);
  const ended = new AbortController();
  const stopped = AbortSignal.any([signal, ended.signal]);
  const forget = whenSessionEnds(prepared.actor.sessionId, () => {
    run.fail(sessionEnded());
    ended.abort();
  });
  return createUIMessageStream<RunMessage>({
    generateId: () => run.messageId,
    execute: async ({ writer }) => {
      const answer = await answerRun(run, stopped).catch((error: unknown) => {
        // The run could not start. The error stays on its message like any other.
        writer.write({ type: "start", messageId: run.messageId });
        writer.write({ type: "data-chat-error", data: run.fail(error) });
        throw error;
      });
      writer.merge(answer.pipeThrough(annotateAnswer(run, { signal: stopped, stop: () => ended.abort() })));
    },
    onError: (error) => run.fail(error).message,
    onEnd: ({ responseMessage, isAborted, isCancelled }) => {
      forget();
      return finishRun(run, responseMessage, stopped.aborted || isAborted || isCancelled === true);
    },
  });
}
