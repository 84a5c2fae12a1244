import type { InferUIMessageChunk, UIMessage } from "ai";
import type { AnswerOutcome, ChatError, ChatMessageMetadata } from "@/contracts/chat";
import { type ChatNotice, chatNotice } from "@/contracts/chat-notice";
import type { Compaction } from "@/contracts/compaction";
import { keyProviderOf } from "@/contracts/payer";
import type { PersonalKey } from "@/domain/keys/find-paying-key";
import { RunReceipt } from "@/domain/spending/run-receipt";
import { chatErrorOf } from "./chat-error-of";
import type { Payer } from "./diagnose-failure";
import type { PreparedRun } from "./prepare-run";
import { recordEarly } from "./record-early";

/** What an answer carries beside its content, each as a `data-*` part. */
type RunMessageData = { "chat-error": ChatError; "chat-notice": ChatNotice; compaction: Compaction };

/** The message a run produces, and its stream chunks. */
export type RunMessage = UIMessage<ChatMessageMetadata, RunMessageData>;
export type RunChunk = InferUIMessageChunk<RunMessage>;

/** The state of one answer of the agent, from the request to its end. */
export class Run {
  readonly prepared: PreparedRun;
  readonly messageId: string;
  readonly receipt: RunReceipt;
  #firstTokenMs: number | null = null;
  #streamError: ChatError | null = null;
  #failure: ChatError | null = null;
  #notice: ChatNotice | null = null;
  #stopped: "stopped" | "interrupted" | null = null;
  #endedMs: number | null = null;

  constructor(prepared: PreparedRun) {
    const { selection, provider, payingKey, runId, holdRequest } = prepared;
    this.prepared = prepared;
    this.messageId = runId;
    this.receipt = new RunReceipt({
      adapter: provider,
      model: selection.model,
      runId,
      key: payingKey.source === "platform" ? null : payingKey,
      holdRequest,
      recordEarly: (rows) => void recordEarly(prepared, rows),
    });
  }

  /** Read when something fails: the key may have been replaced since the run began. */
  get #payer(): Payer {
    const { selection, provider } = this.prepared;
    const key = this.personalKey;
    return {
      keyProvider: keyProviderOf(selection.payer),
      provider: provider.facts,
      keyLabel: key?.label ?? null,
      hasKey: key?.last4 !== "",
      classifyRefusal: provider.classifyRefusal,
    };
  }

  /**
   * The person's key with the secret that paid last; null if the platform pays. The key may have been
   * replaced since it was checked, or between two requests.
   */
  get personalKey(): PersonalKey | null {
    const { payingKey } = this.prepared;
    return payingKey.source === "platform" ? null : { ...payingKey, ...this.receipt.paidWith };
  }

  /** Who pays, and which model answers. */
  get metadata(): ChatMessageMetadata {
    const { payer, provider, model } = this.prepared.selection;
    const key = this.personalKey;
    return {
      keyProvider: keyProviderOf(payer),
      aiProvider: provider,
      model,
      ...(key && { keyId: key.id, keyLabel: key.label, keyLast4: key.last4, keySecretId: key.secretId }),
    };
  }

  /** Who pays, and times, tokens and cost as far as they are known. */
  get metadataAtEnd(): ChatMessageMetadata {
    const first = this.#firstTokenMs === null ? {} : { firstTokenMs: this.#firstTokenMs };
    const latency = { ...first, totalMs: this.#endedMs ?? this.elapsedMs() };
    return { ...this.metadata, ...this.receipt.metadata, latency };
  }

  /** Milliseconds since the message arrived. */
  elapsedMs(): number {
    return Math.round(performance.now() - this.prepared.arrivedAt);
  }

  /** Milliseconds until the first chunk of the answer; null before it. */
  get firstTokenMs(): number | null {
    return this.#firstTokenMs;
  }

  /** Called for each chunk of the answer. */
  markContent(): void {
    this.#firstTokenMs ??= this.elapsedMs();
  }

  /** Called when the answer ends by itself. @param finishReason of the AI SDK, for its last request */
  markFinished(finishReason: string | undefined): void {
    this.#endedMs = this.elapsedMs();
    if (finishReason === "length")
      this.#notice = chatNotice(this.prepared.wasLowered?.() ? "cut_by_limit" : "answer_cut");
    // Tool calls as the last word: the run had no steps left to read their results.
    if (finishReason === "tool-calls") this.#notice = chatNotice("steps_exhausted");
  }

  /** What the person reads of an answer that ended by itself and is not whole; null if it is. */
  get notice(): ChatNotice | null {
    return this.#failure ? null : this.#notice;
  }

  /** Called when it ends before its answer does, by its person or the server. The first reason is kept. */
  markStopped(why: "stopped" | "interrupted"): void {
    this.#stopped ??= why;
  }

  get isStopped(): boolean {
    return this.#stopped !== null;
  }

  outcome(): AnswerOutcome {
    if (this.#failure) return "failed";
    if (this.#stopped) return this.#stopped;
    return this.#notice ? "cut" : "completed";
  }

  /** Why the run failed. The first reason is kept. */
  get failure(): ChatError | null {
    return this.#failure;
  }

  fail(error: unknown): ChatError {
    this.#failure ??= this.#placed(chatErrorOf(error, this.#payer));
    return this.#failure;
  }

  /**
   * Records an error the agent reports. It becomes a failure only with an `error` chunk: a failed tool call
   * is not one.
   */
  reportError(error: unknown): ChatError {
    this.#streamError = chatErrorOf(error, this.#payer);
    return this.#streamError;
  }

  /** Marks the run as failed with the error the agent reported earlier. */
  failAsReported(): ChatError {
    this.#failure ??= this.#placed(this.#streamError ?? chatErrorOf(null, this.#payer));
    return this.#failure;
  }

  /** After half an answer, the person reads that this is what ended it. */
  #placed(failure: ChatError): ChatError {
    if (this.#firstTokenMs === null || failure.code === "stream_interrupted") return failure;
    if (failure.code !== "provider_timeout") {
      return { ...failure, message: `The answer stopped in the middle. ${failure.message}` };
    }
    const { name } = this.prepared.provider.facts;
    const message = `The answer stopped in the middle: ${name} sent nothing more in time. What arrived is kept; try again.`;
    return { ...failure, message };
  }
}
