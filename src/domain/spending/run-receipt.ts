import type { LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { ChatMessageMetadata } from "@/contracts/chat";
import type { ModelPrice } from "@/contracts/models";
import type { PaidWith } from "@/domain/keys/find-paying-key";
import { costOfRequest } from "@/domain/models/cost-of-request";
import type { ProviderAdapter, RequestUsage, StepReport } from "@/domain/providers/provider-adapter";

/** The prices used for the estimate, and their source. */
type PriceUsed = ModelPrice & { source: string };

/** The most a column of usage_events can hold (PostgreSQL's `integer`). Only a wrong count exceeds it. */
const MAX_TOKENS = 2 ** 31 - 1;

/** A request in progress, for code that sees it end without an answer. Call one of the two, once. */
interface BegunRequest {
  /** The provider refused it with an HTTP status, before any answer: it is free. */
  wasRefused(): void;
  /** It was never sent. */
  wasNotSent(): void;
}

/**
 * Adds up the usage of one message's requests: one for the answer, plus one for each round of tools. The same
 * key pays for all of them.
 *
 * A run has a complete price or none, since a partial sum would be too low: the cost is unknown while a
 * request has begun but is not known to have ended (it was stopped, or broke off), and once one ended without
 * a price.
 */
export class RunReceipt {
  /** The secret that paid for the latest request; null before the first, and for the platform's key. */
  paidWith: PaidWith | null = null;
  /** Holds the first request of a run in the limits that count for it. */
  holdFirst: ((options: LanguageModelV4CallOptions) => Promise<LanguageModelV4CallOptions>) | undefined;
  readonly #adapter: ProviderAdapter;
  readonly #model: string;
  #requests = 0;
  /** Begun, and neither refused nor reported yet. */
  #open = 0;
  #tokens: Omit<RequestUsage, "reportedMicroUsd"> | null = null;
  /** Null until a request was priced. */
  #microUsd: number | "unknown" | null = null;
  #isEstimate = false;
  #price: PriceUsed | null = null;
  #largestInput = 0;
  /** Of the latest request of the conversation: each holds the whole of it so far. */
  #contextTokens: number | null = null;

  constructor(adapter: ProviderAdapter, model: string) {
    this.#adapter = adapter;
    this.#model = model;
  }

  /** Call when a request is about to be sent. */
  begin(): BegunRequest {
    this.#requests += 1;
    this.#open += 1;
    return {
      wasRefused: () => {
        this.#open -= 1;
      },
      wasNotSent: () => {
        this.#open -= 1;
        this.#requests -= 1;
      },
    };
  }

  /**
   * @param step the SDK's report of a request that ended. Reports of refused requests add nothing.
   * @param options.isAside its input was not the conversation
   */
  add(step: StepReport, { isAside = false } = {}): void {
    if (this.#open === 0) return;
    this.#open -= 1;
    const usage = this.#adapter.readUsage(step);
    // Half a report is none: the other half would be shown as zero.
    const { inputTokens, outputTokens } = step.usage;
    const isReported = inputTokens !== undefined && outputTokens !== undefined;
    if (isReported && (usage.inputTokens > 0 || usage.outputTokens > 0)) this.#addTokens(usage);
    if (isReported && !isAside && usage.inputTokens > 0)
      this.#contextTokens = added(usage.inputTokens, usage.outputTokens);
    this.#addCost(usage, isReported);
  }

  #addCost(usage: RequestUsage, isReported: boolean): void {
    if (this.#microUsd === "unknown") return;
    const sum = this.#microUsd ?? 0;
    if (usage.reportedMicroUsd !== null) {
      this.#microUsd = sum + usage.reportedMicroUsd;
      return;
    }
    const estimate =
      isReported && usage.inputTokens > 0
        ? costOfRequest(this.#adapter.priceProviderId, this.#model, usage, new Date())
        : null;
    if (!estimate) {
      this.#microUsd = "unknown";
      return;
    }
    this.#isEstimate = true;
    this.#microUsd = sum + estimate.microUsd;
    if (usage.inputTokens < this.#largestInput) return;
    this.#largestInput = usage.inputTokens;
    this.#price = { ...estimate.price, source: estimate.priceSource };
  }

  /**
   * How many requests were sent to the provider, including refused and stopped ones. One that is repeated
   * without a field its server refuses counts once.
   */
  get requests(): number {
    return this.#requests;
  }

  /**
   * The prices used for the estimate, if there is one. Some models cost more above a number of tokens in one
   * request: these are the prices of the largest request; smaller ones had their own.
   */
  get price(): PriceUsed | null {
    return this.#knownMicroUsd() === null ? null : this.#price;
  }

  /** What is known: omits what no provider reported. */
  get metadata(): Pick<ChatMessageMetadata, "usage" | "contextTokens" | "cost"> {
    const microUsd = this.#knownMicroUsd();
    return {
      ...(this.#tokens ? { usage: usageForMetadata(this.#tokens) } : {}),
      ...(this.#contextTokens === null ? {} : { contextTokens: this.#contextTokens }),
      ...(microUsd === null
        ? {}
        : { cost: { microUsd, source: this.#isEstimate ? "estimated" : "reported" } }),
    };
  }

  #knownMicroUsd(): number | null {
    return this.#open > 0 || this.#microUsd === "unknown" ? null : this.#microUsd;
  }

  #addTokens(usage: RequestUsage): void {
    const sum = this.#tokens;
    this.#tokens = {
      inputTokens: added(sum?.inputTokens, usage.inputTokens),
      cachedInputTokens: added(sum?.cachedInputTokens, usage.cachedInputTokens),
      cacheWriteTokens: added(sum?.cacheWriteTokens, usage.cacheWriteTokens),
      outputTokens: added(sum?.outputTokens, usage.outputTokens),
      reasoningTokens: added(sum?.reasoningTokens, usage.reasoningTokens),
    };
  }
}

function added(sum: number | undefined, tokens: number): number {
  return Math.min((sum ?? 0) + tokens, MAX_TOKENS);
}

function usageForMetadata({
  inputTokens,
  outputTokens,
  cachedInputTokens,
  cacheWriteTokens,
  reasoningTokens,
}: Omit<RequestUsage, "reportedMicroUsd">): NonNullable<ChatMessageMetadata["usage"]> {
  return {
    inputTokens,
    outputTokens,
    cachedInputTokens,
    ...(cacheWriteTokens > 0 ? { cacheWriteTokens } : {}),
    ...(reasoningTokens > 0 ? { reasoningTokens } : {}),
  };
}
