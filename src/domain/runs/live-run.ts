import "server-only";
import { ANSWER_LOG_MAX_BYTES } from "@/contracts/limits";
import { sessionEnded } from "@/domain/identity/authority";
import { storeAnswer } from "@/domain/projects/threads/store-answer";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import { environment } from "@/lib/env.server";
import { logger } from "@/lib/logger";
import { AnnotatedAnswer } from "./annotated-answer";
import { AnswerLog } from "./answer-log";
import { AnswerSaver } from "./answer-saver";
import { ChunkSink } from "./chunk-sink";
import { CondensedAnswer } from "./condensed-answer";
import { PublishedAnswer } from "./elsewhere/publish-answer";
import { finishRun } from "./finish-run";
import type { Run, RunChunk, RunMessage } from "./run";
import { RunViewers } from "./run-viewers";
import { whenSessionEnds } from "./runs-of-session";

/** Writes the answer to a run, from its first step on, until it is complete or `signal` stops it. */
export type AnswerRun = (run: Run, signal: AbortSignal, sink: ChunkSink) => Promise<void>;

/** Viewers learn of the end when it is stored; after this at the latest, if the database is held up. */
const HELD_BACK_MS = 10_000;

/**
 * A run in progress. It belongs to the server: it takes its answer itself, whoever watches, and finishes
 * exactly once, for whatever reason it ends.
 */
export class LiveRun {
  readonly run: Run;
  readonly viewers: RunViewers;
  readonly log = new AnswerLog();
  /** Everything is sent, and stored or given up. Never rejects. */
  readonly ended: Promise<void>;
  readonly #abort = new AbortController();
  readonly #answer = new CondensedAnswer();
  readonly #published: PublishedAnswer;
  readonly #saver = new AnswerSaver(() => this.#saveSoFar());
  /** Tells a viewer that the answer is over: sent when it is stored, so that the next message finds it. */
  readonly #atEnd: RunChunk[] = [];
  /** Events of chunks that were taken together, and are sent so. */
  #unsent = "";
  #isBegun = false;
  #isTold = false;
  #isOver = false;

  constructor(run: Run, answerRun: AnswerRun) {
    this.run = run;
    this.viewers = new RunViewers({
      graceMs: this.#isKept ? environment().RUN_GRACE_SECONDS * 1000 : 0,
      keepWorking: this.#isKept && run.prepared.keepWorking,
      stop: () => this.stop("stopped"),
    });
    this.#published = new PublishedAnswer(run.messageId, this.log, () => this.viewers.isWatchedElsewhere);
    this.ended = this.#live(answerRun);
  }

  /**
   * Ends the run at once, at its provider too. What has come is kept.
   *
   * @returns false if its answer had ended
   */
  stop(why: "stopped" | "interrupted"): boolean {
    if (this.#isOver) return false;
    this.run.markStopped(why);
    this.#abort.abort();
    return true;
  }

  /** The same with a failure, which stays on the answer. */
  fail(error: unknown): void {
    if (this.#isOver) return;
    this.run.fail(error);
    this.#abort.abort();
  }

  /**
   * The answer from its first chunk, then live to its end.
   *
   * @param signal aborted when the viewer is gone
   * @param left called once, when it has read everything or reads no further
   */
  watch(signal?: AbortSignal, left?: () => void): ReadableStream<Uint8Array> {
    const leave = this.viewers.join();
    const hasLeft = () => {
      leave();
      left?.();
    };
    return this.log.read(hasLeft, signal);
  }

  /** Goes on when nobody watches any more, or no longer. */
  set keepWorking(keepWorking: boolean) {
    this.viewers.keepWorking = keepWorking && this.#isKept;
  }

  /** What is kept nowhere cannot be joined again: nothing of it is of use without a viewer. */
  get #isKept(): boolean {
    return this.run.prepared.threadId !== undefined;
  }

  /** Somebody watches at another server, for so long unless it is said again; 0: no longer. */
  watchedElsewhere(watcher: string, forMs: number): void {
    this.viewers.watchedElsewhere(watcher, forMs);
    if (forMs > 0) this.#published.go();
  }

  async #live(answerRun: AnswerRun): Promise<void> {
    const forget = whenSessionEnds(this.run.prepared.actor.sessionId, () => this.fail(sessionEnded()));
    try {
      await this.#read(answerRun);
    } catch (error) {
      if (!this.run.isStopped) this.run.fail(error);
    }
    this.#isOver = true;
    forget();
    this.#complete();
    this.#sendTaken();
    await this.#finish();
  }

  async #read(answerRun: AnswerRun): Promise<void> {
    const { signal } = this.#abort;
    const annotated = new AnnotatedAnswer(this.run, {
      isStopped: () => signal.aborted,
      stop: () => this.#abort.abort(),
    });
    const sink = new ChunkSink((chunks) => {
      try {
        for (const each of chunks.flatMap((chunk) => annotated.accept(chunk))) this.#take(each);
      } catch (error) {
        this.fail(error);
      }
      this.#sendTaken();
    });
    const stopped = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => stopped.resolve(), { once: true });
    const answer = async () => {
      try {
        await answerRun(this.run, signal, sink);
      } finally {
        await sink.end();
      }
    };
    await Promise.race([answer(), stopped.promise]);
    sink.close();
    for (const each of annotated.end()) this.#take(each);
  }

  #take(chunk: RunChunk): void {
    if (chunk.type === "abort") return;
    this.#begin();
    if (chunk.type === "data-chat-error") this.#isTold = true;
    // First: what cannot be sent is not kept either.
    if (chunk.type === "finish" || chunk.type === "error" || this.#atEnd.length > 0) this.#atEnd.push(chunk);
    else this.#unsent += eventOf(chunk);
    this.#answer.take(chunk);
    this.#saver.touch();
  }

  /** Says whose answer it is, and who pays. */
  #begin(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    const { messageId, metadata } = this.run;
    this.#take({ type: "start", messageId, messageMetadata: metadata });
  }

  #sendTaken(): void {
    const events = this.#unsent;
    this.#unsent = "";
    if (events !== "") this.#append(events);
  }

  /** Adds what an answer that did not end by itself lacks. */
  #complete(): void {
    const { run } = this;
    const isFinished = this.#atEnd.some(({ type }) => type === "finish");
    if (!isFinished && !run.failure && !run.isStopped) run.fail(null);
    if (run.failure && !this.#isTold) {
      this.#take({ type: "data-chat-error", data: run.failure });
      this.#take({ type: "error", errorText: run.failure.message });
    }
    if (!isFinished && !run.failure) this.#take({ type: "finish" });
    this.#begin();
  }

  async #finish(): Promise<void> {
    const held = Promise.withResolvers<void>();
    const timer = setTimeout(() => held.resolve(), HELD_BACK_MS).unref();
    const stored = this.#store();
    const recorded = stored.then((rest) => rest?.recorded);
    try {
      await Promise.race([stored, held.promise]);
      for (const chunk of this.#atEnd) this.#send(this.#withOutcome(chunk));
      await Promise.race([recorded, held.promise]);
      this.#append("data: [DONE]\n\n");
    } catch (error) {
      logger.error({ err: error }, "the end of an answer was not sent");
    }
    clearTimeout(timer);
    this.log.end();
    this.#published.end();
    this.viewers.end();
    await recorded;
  }

  #withOutcome(chunk: RunChunk): RunChunk {
    if (chunk.type !== "finish") return chunk;
    return { ...chunk, messageMetadata: { ...this.run.metadataAtEnd, outcome: this.run.outcome() } };
  }

  /** @returns once the answer is stored: when all the rest is. Never rejects */
  async #store(): Promise<{ recorded: Promise<unknown> } | null> {
    try {
      await this.#saver.end();
      const { stored, recorded } = finishRun(this.run, await this.#message());
      await stored;
      return { recorded };
    } catch (error) {
      logger.error({ err: error }, "the end of a run was not stored");
      return null;
    }
  }

  /** Without its parts if they cannot be read: what it used is recorded, and its thread is free. */
  async #message(): Promise<RunMessage> {
    try {
      return await this.#answer.message();
    } catch (error) {
      logger.error({ err: error }, "an answer cannot be read as a message");
      return { id: this.run.messageId, role: "assistant", parts: [] };
    }
  }

  async #saveSoFar(): Promise<void> {
    const { run } = this;
    const { actor, project, threadId, questionId } = run.prepared;
    if (threadId === undefined) return;
    const { parts } = await this.#answer.message();
    if (parts.length === 0 || this.#isOver) return;
    const isKept = await storeAnswer(actor, project.id, threadId, {
      id: run.messageId,
      parentId: questionId,
      parts,
      metadata: { ...run.metadataAtEnd, outcome: "interrupted" },
    });
    // The thread was deleted, on whatever server.
    if (!isKept) this.stop("stopped");
  }

  #send(chunk: RunChunk): void {
    this.#append(eventOf(chunk));
  }

  #append(events: string): void {
    this.log.append(Buffer.from(events));
    if (this.log.bytes > ANSWER_LOG_MAX_BYTES) this.fail(new ProviderFailure("provider_bad_response"));
  }
}

function eventOf(chunk: RunChunk): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}
