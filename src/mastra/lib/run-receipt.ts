import type { ChatMessageMetadata } from "@/contracts/chat";
import type { ModelPrice } from "@/contracts/models";
import type { ProviderAdapter, RequestUsage, StepReport } from "@/domain/providers/provider-adapter";
import { costOfRequest } from "@/domain/usage/cost-of-request";

/** The prices an estimate was reckoned with, and where they come from. */
type PriceUsed = ModelPrice & { source: string };

/**
 * Adds up what the requests of one message took: one for the answer, one more for each round of tools. All of them are paid by the
 * same key.
 */
export class RunReceipt {
  readonly #adapter: ProviderAdapter;
  readonly #model: string;
  #requests = 0;
  #tokens: Omit<RequestUsage, "reportedMicroUsd"> | null = null;
  /** A run is priced whole or not at all: a sum with a hole in it would be too low. */
  #microUsd: number | "unknown" = 0;
  #isEstimate = false;
  #price: PriceUsed | null = null;

  constructor(adapter: ProviderAdapter, model: string) {
    this.#adapter = adapter;
    this.#model = model;
  }

  /** @param step what the SDK says of a request that ended */
  add(step: StepReport): void {
    this.#requests += 1;
    const usage = this.#adapter.readUsage(step);
    if (usage.inputTokens === 0) {
      this.#microUsd = "unknown";
      return;
    }
    this.#addTokens(usage);
    if (this.#microUsd === "unknown") return;
    if (usage.reportedMicroUsd !== null) {
      this.#microUsd += usage.reportedMicroUsd;
      return;
    }
    const estimate = costOfRequest(this.#adapter.priceProviderId, this.#model, usage, new Date());
    if (!estimate) {
      this.#microUsd = "unknown";
      return;
    }
    this.#isEstimate = true;
    this.#price = { ...estimate.price, source: estimate.priceSource };
    this.#microUsd += estimate.microUsd;
  }

  /** How many requests went to the provider. */
  get requests(): number {
    return this.#requests;
  }

  /** The prices used; null where the provider said the cost itself, and where it is not known. */
  get price(): PriceUsed | null {
    return this.#microUsd === "unknown" ? null : this.#price;
  }

  /** As far as it is known: nothing is said of what no provider reported. */
  get metadata(): Pick<ChatMessageMetadata, "usage" | "cost"> {
    return {
      ...(this.#tokens ? { usage: tokensForPeople(this.#tokens) } : {}),
      ...(this.#microUsd !== "unknown" && this.#requests > 0
        ? { cost: { microUsd: this.#microUsd, source: this.#isEstimate ? "estimated" : "reported" } }
        : {}),
    };
  }

  #addTokens(usage: RequestUsage): void {
    const sum = this.#tokens;
    this.#tokens = {
      inputTokens: (sum?.inputTokens ?? 0) + usage.inputTokens,
      cachedInputTokens: (sum?.cachedInputTokens ?? 0) + usage.cachedInputTokens,
      cacheWriteTokens: (sum?.cacheWriteTokens ?? 0) + usage.cacheWriteTokens,
      outputTokens: (sum?.outputTokens ?? 0) + usage.outputTokens,
      reasoningTokens: (sum?.reasoningTokens ?? 0) + usage.reasoningTokens,
    };
  }
}

function tokensForPeople({
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
