import type { ErrorCode } from "@/contracts/error";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelPrice } from "@/contracts/models";
import type { CostSource, UsagePurpose } from "@/contracts/usage";
import type { SpecialPrices } from "@/domain/models/price-library";
import type { TokenCounts } from "@/domain/providers/wire/token-counts";

/** The prices used for an estimate, and their source. */
export type PriceUsed = ModelPrice & SpecialPrices & { source: string };

/** What a request used and cost. */
export interface Used {
  /** Null if nothing is known. Where the provider did not say, at least what was seen. */
  tokens: TokenCounts | null;
  /** Whether all of them are the provider's own counts. */
  isReported: boolean;
  /** Null if it is not known. */
  cost: { microUsd: number; source: CostSource } | null;
  price: PriceUsed | null;
  providerRequestId: string | null;
  serviceTier: string | null;
  /** The provider's report; null if there was none, or it is too long or repeats a key. */
  raw: Record<string, unknown> | null;
}

export type RequestOutcome = "completed" | "aborted" | "failed";

/** One request to a provider, as it is recorded. */
export interface UsageRow extends Used {
  /** Made before the request (request-id.ts). */
  id: string;
  /** When it was sent. */
  at: Date;
  purpose: UsagePurpose;
  /** Place among the requests of its run, from 0. */
  round: number;
  /** 0: it was to be sent, something was reserved for it, and it was not. */
  requests: 0 | 1;
  outcome: RequestOutcome;
  errorCode: ErrorCode | null;
  durationMs: number;
  firstTokenMs: number | null;
  /** The personal key that paid; null for the platform's, and for one that is stored nowhere. */
  key: KeyThatPaid | null;
}

export interface KeyThatPaid {
  id: string;
  label: string;
  last4: string;
  secretId: string;
}

/** What the requests of a run have in common. */
export interface UsageContext {
  userId: string;
  projectId: string | null;
  /** The run, which is also its answer's message; null outside of runs. */
  runId: string | null;
  threadId: string | null;
  selection: Pick<ModelSelection, "payer" | "provider" | "model">;
}
