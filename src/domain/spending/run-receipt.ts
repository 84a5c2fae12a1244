import type { ChatMessageMetadata } from "@/contracts/chat";
import type { ErrorCode } from "@/contracts/error";
import { COST_SOURCES, type CostSource, type UsagePurpose } from "@/contracts/usage";
import type { PaidWith, PersonalKey } from "@/domain/keys/find-paying-key";
import { requestIdOf } from "@/domain/metering/request-id";
import type { RequestOutcome, UsageRow, Used } from "@/domain/metering/usage-row";
import { tokensOfBytes } from "@/domain/metering/used-by-request";
import type { ProviderAdapter } from "@/domain/providers/provider-adapter";
import type { KeyEcho } from "@/domain/providers/transport/key-echo";
import type { TokenCounts } from "@/domain/providers/wire/token-counts";
import type { WireRequest } from "@/domain/providers/wire/wire-request";
import type { HoldRequest } from "./meter-requests";
import { MeteredRequest } from "./metered-request";

/** The most a column of usage_events can hold (PostgreSQL's `integer`). Only a wrong count exceeds it. */
const MAX_TOKENS = 2 ** 31 - 1;

export interface ReceiptOf {
  adapter: ProviderAdapter;
  model: string;
  runId: string;
  /** The person's key that pays; null for the platform's. */
  key: PersonalKey | null;
  /** Reserves what a request may cost; undefined where no limit holds. */
  holdRequest?: HoldRequest | undefined;
  /**
   * Called with what was used, before the run is over: another request follows, so that this much is
   * recorded whatever happens.
   */
  recordEarly?(rows: readonly UsageRow[]): void;
}

/**
 * What one message's requests used: one for the answer, plus one for each round of tools, after one for a
 * summary where there is none. The same key pays for all of them, one after the other. Each is a usage row,
 * and the receipt is their sum.
 */
export class RunReceipt {
  /** The secret that paid for the latest request; null before the first, and for the platform's key. */
  paidWith: PaidWith | null = null;
  readonly holdRequest: HoldRequest | undefined;
  readonly #of: ReceiptOf;
  readonly #rows: UsageRow[] = [];
  #rounds = 0;
  #recorded = 0;
  #open: MeteredRequest | null = null;
  /** The latest request of the conversation that was counted: each holds the whole of it so far. */
  #counted: { contextTokens: number; sentBytes: number; contentBytes: number } | null = null;

  constructor(of: ReceiptOf) {
    this.#of = of;
    this.holdRequest = of.holdRequest;
  }

  /** Call when a request is about to be sent. The one before has ended. */
  begin(purpose: UsagePurpose, echo: Pick<KeyEcho, "isIn">): MeteredRequest {
    this.#open?.end("failed");
    this.#recordEarly();
    const { adapter, model, runId, key } = this.#of;
    const round = this.#rounds;
    this.#rounds += 1;
    const isAside = purpose === "compaction";
    const request: MeteredRequest = new MeteredRequest({
      id: requestIdOf(runId, round),
      round,
      purpose,
      adapter,
      model,
      echo,
      inputTokensOf: (wire) => this.#inputTokensOf(wire, isAside),
      keyThatPaid: () => (key ? { ...key, ...this.paidWith } : null),
      ended: (row, isFollowed) => {
        if (this.#open === request) this.#open = null;
        if (!row) return;
        this.#rows.push(row);
        if (!isAside) this.#noteContext(row, request.wire);
        if (isFollowed) this.#recordEarly();
      },
    });
    this.#open = request;
    return request;
  }

  /**
   * The run has ended, and with it the request that was in progress.
   *
   * @param errorCode of a run that failed: requests of which nothing else is known failed with it
   * @returns a row for each request
   */
  close(outcome: RequestOutcome, errorCode: ErrorCode | null): readonly UsageRow[] {
    this.#open?.end(outcome, errorCode);
    for (const row of this.#rows) if (row.outcome === "failed") row.errorCode ??= errorCode;
    return this.#rows;
  }

  /** How many requests were sent to the provider, including refused and stopped ones. */
  get requests(): number {
    return this.#rows.reduce((sum, { requests }) => sum + requests, this.#open ? 1 : 0);
  }

  /** Tokens of the conversation as they were counted last. */
  get lastContextTokens(): number | null {
    return this.#counted?.contextTokens ?? null;
  }

  /** What is known so far: omits what no provider reported. */
  get metadata(): Pick<ChatMessageMetadata, "usage" | "contextTokens" | "cost"> {
    const { lastContextTokens } = this;
    const open = this.#open && this.#open.wire.sentBytes > 0 ? [this.#open.used] : [];
    return {
      ...sumOf([...this.#rows, ...open]),
      ...(lastContextTokens === null ? {} : { contextTokens: lastContextTokens }),
    };
  }

  /** The same of the requests for one purpose. */
  metadataOf(purpose: UsagePurpose): Pick<ChatMessageMetadata, "usage" | "cost"> {
    return sumOf(this.#rows.filter((row) => row.purpose === purpose));
  }

  #noteContext({ isReported, tokens }: UsageRow, wire: WireRequest): void {
    if (!isReported || !tokens || tokens.inputTokens === 0) return;
    this.#counted = {
      contextTokens: added(tokens.inputTokens, tokens.outputTokens),
      sentBytes: wire.sentBytes,
      contentBytes: wire.state?.contentBytes ?? 0,
    };
  }

  /** What was counted, and what has been added since to what is sent. */
  #inputTokensOf({ sentBytes }: WireRequest, isAside: boolean): number {
    const counted = isAside ? null : this.#counted;
    if (!counted) return tokensOfBytes(sentBytes);
    return counted.contextTokens + tokensOfBytes(sentBytes - counted.sentBytes - counted.contentBytes);
  }

  #recordEarly(): void {
    if (this.#recorded === this.#rows.length) return;
    const rows = this.#rows.slice(this.#recorded);
    this.#recorded = this.#rows.length;
    this.#of.recordEarly?.(rows);
  }
}

function added(sum: number | undefined, tokens: number): number {
  return Math.min((sum ?? 0) + tokens, MAX_TOKENS);
}

/** What requests used together: at least so much, where one is not known in full. */
function sumOf(all: readonly Used[]): Pick<ChatMessageMetadata, "usage" | "cost"> {
  const used = all.filter(({ tokens, cost }) => tokens !== null || cost === null);
  const [usage, cost] = [usageOf(used), costOf(used)];
  return { ...(usage && { usage }), ...(cost && { cost }) };
}

/** The worst of the sources. What is not known at all makes a sum that is at least that. */
function costOf(used: readonly Used[]): ChatMessageMetadata["cost"] | null {
  const known = used.flatMap(({ cost }) => cost ?? []);
  const microUsd = known.reduce((sum, cost) => sum + cost.microUsd, 0);
  const isWhole = known.length === used.length;
  if (known.length === 0 || (!isWhole && microUsd === 0)) return null;
  const worst = Math.max(...known.map(({ source }) => COST_SOURCES.indexOf(source)));
  const source: CostSource = (isWhole && COST_SOURCES[worst]) || "floor";
  return { microUsd, source };
}

const AT_LEAST = new Set<CostSource>(["partial", "floor"]);

/** Tokens that nobody counted are shown beside a cost only, which says that it is at least so much. */
function usageOf(used: readonly Used[]): ChatMessageMetadata["usage"] | null {
  const sums = used
    .filter(({ isReported, cost }) => isReported || (cost && AT_LEAST.has(cost.source)))
    .flatMap(({ tokens }) => tokens ?? [])
    .filter(({ inputTokens, outputTokens }) => inputTokens > 0 || outputTokens > 0);
  if (sums.length === 0) return null;
  const sum = (field: keyof TokenCounts) => sums.reduce((total, each) => added(total, each[field]), 0);
  const [cacheWriteTokens, reasoningTokens] = [sum("cacheWriteTokens"), sum("reasoningTokens")];
  return {
    inputTokens: sum("inputTokens"),
    outputTokens: sum("outputTokens"),
    cachedInputTokens: sum("cachedInputTokens"),
    ...(cacheWriteTokens > 0 ? { cacheWriteTokens } : {}),
    ...(reasoningTokens > 0 ? { reasoningTokens } : {}),
  };
}
