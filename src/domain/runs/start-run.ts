import { createUIMessageStream } from "ai";
import { annotateAnswer } from "./annotate-answer";
import { finishRun } from "./finish-run";
import type { PreparedRun } from "./prepare-run";
import { Run, type RunChunk, type RunMessage } from "./run";

/** Produces the answer to a run, until it is complete or `signal` stops it. */
export type AnswerRun = (run: Run, signal: AbortSignal) => Promise<ReadableStream<RunChunk>>;

/**
 * Starts a run, and finishes it exactly once when its answer ends, for whatever reason.
 *
 * @param signal stops the run; what has arrived is kept
 * @returns the answer as it arrives
 */
export function startRun(
  prepared: PreparedRun,
  answerRun: AnswerRun,
  signal: AbortSignal,
): ReadableStream<RunChunk> {
  const run = new Run(prepared);
  const tooLong = new AbortController();
  const stopped = AbortSignal.any([signal, tooLong.signal]);
  return createUIMessageStream<RunMessage>({
    generateId: () => run.messageId,
    execute: async ({ writer }) => {
      const answer = await answerRun(run, stopped).catch((error: unknown) => {
        // The run could not start. The error stays on its message like any other.
        writer.write({ type: "start", messageId: run.messageId });
        writer.write({ type: "data-chat-error", data: run.fail(error) });
        throw error;
      });
      writer.merge(answer.pipeThrough(annotateAnswer(run, () => tooLong.abort())));
    },
    onError: (error) => run.fail(error).message,
    onEnd: ({ responseMessage, isAborted, isCancelled }) =>
      finishRun(run, responseMessage, signal.aborted || isAborted || isCancelled === true),
  });
}
