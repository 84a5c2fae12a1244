import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { ErrorCode } from "@/contracts/error";
import type { UsagePurpose } from "@/contracts/usage";
import type { KeyThatPaid, RequestOutcome, UsageRow, Used } from "@/domain/metering/usage-row";
import { NOTHING_USED, usedByRequest } from "@/domain/metering/used-by-request";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import type { ProviderAdapter } from "@/domain/providers/provider-adapter";
import type { KeyEcho } from "@/domain/providers/transport/key-echo";
import type { PartStep } from "@/domain/providers/wire/part-step";
import { newWireRequest, type WireRequest } from "@/domain/providers/wire/wire-request";
import { AppError } from "@/lib/app-error";

export interface RequestToMeter {
  id: string;
  round: number;
  purpose: UsagePurpose;
  adapter: ProviderAdapter;
  model: string;
  echo: Pick<KeyEcho, "isIn">;
  /** What its input is at least, by what was sent. */
  inputTokensOf: (wire: WireRequest) => number;
  /** The key whose secret paid for it last. */
  keyThatPaid: () => KeyThatPaid | null;
  /** Called once, with null if it was not sent. @param row.isFollowed another request follows */
  ended: (row: UsageRow | null, isFollowed: boolean) => void;
}

/** One request to a provider, from before it is sent to whatever ends it. */
export class MeteredRequest {
  readonly at = new Date();
  readonly wire = newWireRequest();
  /** Stops it. */
  signal: AbortSignal | undefined;
  readonly #of: RequestToMeter;
  readonly #startedAt = performance.now();
  #firstTokenMs: number | null = null;
  #callsTools = false;
  #isHeld = false;
  #isOver = false;

  constructor(of: RequestToMeter) {
    this.#of = of;
  }

  get id(): string {
    return this.#of.id;
  }

  /**
   * Something is reserved for it, which its row settles. If it was stopped meanwhile it is not sent any more,
   * and has its row now.
   */
  wasHeld(): void {
    this.#isHeld = true;
    if (!this.#isOver) return;
    this.#of.ended(this.#rowOf(NOTHING_USED, "aborted", null, 0), true);
  }

  /** Sees how its answer goes. */
  get step(): PartStep {
    return {
      accept: (part, pass) => {
        this.#see(part);
        pass(part);
      },
      end: () => {
        if (!this.#isStopped) this.end("completed");
      },
    };
  }

  /** Then what its answer looks like at its end is of no account: whoever stopped it ends it. */
  get #isStopped(): boolean {
    return this.signal?.aborted ?? false;
  }

  #see(part: LanguageModelV4StreamPart): void {
    switch (part.type) {
      case "text-delta":
      case "reasoning-delta":
      case "tool-input-start":
      case "tool-call":
        this.#firstTokenMs ??= this.#elapsedMs();
        return;
      case "finish":
        this.#callsTools = part.finishReason.unified === "tool-calls";
        return;
      case "error":
        this.failed(part.error);
        return;
      default:
    }
  }

  /** It was not sent, was refused, or its answer broke off. Who stopped it knows better than its error. */
  failed(error: unknown): void {
    if (error instanceof AppError) {
      this.#notSent(error.code);
      return;
    }
    const failure = failureIn(error);
    if (!failure || this.#isStopped) return;
    const { wire } = this;
    const isFree = wire.state ? isRefusedInAnswer(failure, wire) : isRefused(failure);
    if (!isFree) return this.end("failed", failure.code);
    this.#end({ ...NOTHING_USED, providerRequestId: failure.requestId ?? null }, "failed", failure.code);
  }

  end(outcome: RequestOutcome, errorCode: ErrorCode | null = null): void {
    if (this.#isOver) return;
    if (this.wire.sentBytes === 0) this.#notSent(errorCode);
    else this.#end(this.used, outcome, errorCode);
  }

  /** What it has used so far. */
  get used(): Used {
    const { adapter, model, echo, inputTokensOf } = this.#of;
    const { wire, at } = this;
    return usedByRequest(adapter, model, { wire, at, inputTokens: inputTokensOf(wire) }, echo);
  }

  /** Nobody has to pay for it; what was reserved for it is settled by its row. */
  #notSent(errorCode: ErrorCode | null): void {
    if (this.#isOver) return;
    if (this.#isHeld) {
      this.#end(NOTHING_USED, "failed", errorCode, 0);
      return;
    }
    this.#isOver = true;
    this.#of.ended(null, false);
  }

  #end(used: Used, outcome: RequestOutcome, errorCode: ErrorCode | null, requests: 0 | 1 = 1): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const row = this.#rowOf(used, outcome, errorCode, requests);
    const isFollowed = this.#callsTools || row.purpose === "compaction";
    this.#of.ended(row, outcome === "completed" && isFollowed);
  }

  #rowOf(used: Used, outcome: RequestOutcome, errorCode: ErrorCode | null, requests: 0 | 1): UsageRow {
    const { id, round, purpose, keyThatPaid } = this.#of;
    return {
      ...used,
      id,
      at: this.at,
      purpose,
      round,
      requests,
      outcome,
      errorCode,
      durationMs: this.#elapsedMs(),
      firstTokenMs: this.#firstTokenMs,
      key: keyThatPaid(),
    };
  }

  #elapsedMs(): number {
    return Math.round(performance.now() - this.#startedAt);
  }
}

function failureIn(error: unknown): ProviderFailure | null {
  if (error instanceof ProviderFailure) return error;
  return error instanceof Error && error.cause !== undefined ? failureIn(error.cause) : null;
}

/**
 * An HTTP error status, for which no one is charged; or nobody was there to take the request. A gateway
 * time-out does not show what the provider did.
 */
function isRefused({ status, code, cause }: ProviderFailure): boolean {
  if (status !== undefined) return status >= 400 && code !== "provider_timeout";
  return code === "provider_unreachable" && typeof cause === "string" && NEVER_CONNECTED.test(cause);
}

/** Codes of connections that were not made (lib/error-names.ts). */
const NEVER_CONNECTED =
  /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|(ERR_TLS|CERT|DEPTH|SELF_SIGNED|UNABLE_TO)_\w+)\b/;

/** A refusal under status 200, as the first thing that is said: no model has begun. */
function isRefusedInAnswer({ code }: ProviderFailure, { state }: WireRequest): boolean {
  if (!state || state.contentBytes > 0 || state.usage.raw) return false;
  return !SAYS_NOTHING_OF_THE_MODEL.has(code);
}

const SAYS_NOTHING_OF_THE_MODEL = new Set([
  "provider_bad_response",
  "provider_timeout",
  "provider_unreachable",
  "provider_content_refused",
  "stream_interrupted",
]);
