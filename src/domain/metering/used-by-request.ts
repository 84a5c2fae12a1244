import { costOfRequest } from "@/domain/models/cost-of-request";
import { isCredible } from "@/domain/providers/credible-price";
import type { ProviderAdapter } from "@/domain/providers/provider-adapter";
import type { KeyEcho } from "@/domain/providers/transport/key-echo";
import { providerToken } from "@/domain/providers/wire/provider-token";
import { type ReportedUsage, reportedUsage, type TokenCounts } from "@/domain/providers/wire/token-counts";
import type { WireRequest } from "@/domain/providers/wire/wire-request";
import type { PriceUsed, Used } from "./usage-row";

/** Where nobody counted: a token of text has about so many bytes. */
const BYTES_PER_TOKEN = 4;
const MAX_RAW_LENGTH = 2048;
const MAX_TIER_LENGTH = 40;
const MICRO = 1_000_000;

export function tokensOfBytes(bytes: number): number {
  return Math.ceil(Math.max(0, bytes) / BYTES_PER_TOKEN);
}

/** Of a request that the provider refused, or that never left: nobody is charged for it. */
export const NOTHING_USED: Used = {
  tokens: null,
  isReported: true,
  cost: { microUsd: 0, source: "estimated" },
  price: null,
  providerRequestId: null,
  serviceTier: null,
  raw: null,
};

type PricedBy = Pick<ProviderAdapter, "priceProviderId" | "readCost">;

/**
 * What a request used, by what passed on the wire. What the provider counted is taken as it is. Where it did
 * not come to that, since the request was stopped or broke off, or was not counted at all, it used at least
 * what was seen: what was sent, and what had come.
 *
 * @param sent.at prices change
 * @param sent.inputTokens what its input is at least, where the provider does not say
 * @param echo recognizes the key in what the provider says
 */
export function usedByRequest(
  adapter: PricedBy,
  model: string,
  { wire, at, inputTokens }: { wire: WireRequest; at: Date; inputTokens: number },
  echo: Pick<KeyEcho, "isIn">,
): Used {
  const { state } = wire;
  const { tokens, source } = state ? countsOf(reportedUsage(state), wire, inputTokens) : floor(inputTokens);
  const raw = state?.usage.raw;
  const reported = raw && reportedMicroUsd(adapter, raw);
  const estimate =
    reported === null || reported === undefined
      ? costOfRequest(adapter.priceProviderId, model, tokens, at)
      : null;
  const price: PriceUsed | null = estimate && { ...estimate.price, source: estimate.priceSource };
  const tier = providerToken(state?.usage.serviceTier, echo);
  return {
    tokens,
    isReported: source === "estimated",
    cost:
      typeof reported === "number"
        ? { microUsd: reported, source: "reported" }
        : estimate && { microUsd: estimate.microUsd, source },
    price,
    providerRequestId: providerToken(wire.requestId, echo) ?? providerToken(state?.id, echo),
    serviceTier: tier !== null && tier.length <= MAX_TIER_LENGTH ? tier : null,
    raw: raw ? keptReport(raw, echo) : null,
  };
}

type Source = "estimated" | "partial" | "floor";

function floor(inputTokens: number): { tokens: TokenCounts; source: Source } {
  return { tokens: { ...NOTHING_COUNTED, inputTokens }, source: "floor" };
}

function countsOf(
  { counts, hasInput, hasOutput }: ReportedUsage,
  { state }: WireRequest,
  inputTokens: number,
): { tokens: TokenCounts; source: Source } {
  const hasEnded = state !== null && (state.hasFinish || state.isOver);
  const written = tokensOfBytes(state?.contentBytes ?? 0);
  const tokens = {
    ...counts,
    ...(hasInput ? {} : { inputTokens }),
    // A count of the middle is of what had been written by then.
    ...(hasOutput && hasEnded ? {} : { outputTokens: Math.max(counts.outputTokens, written) }),
  };
  if (hasEnded && hasInput && hasOutput) return { tokens, source: "estimated" };
  return { tokens, source: hasEnded && (hasInput || hasOutput) ? "partial" : "floor" };
}

const NOTHING_COUNTED: TokenCounts = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite1hTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  webSearches: 0,
};

/** @returns null where the provider says nothing, or nothing that can be meant */
function reportedMicroUsd(adapter: PricedBy, raw: Record<string, unknown>): number | null {
  const dollars = adapter.readCost?.(raw) ?? null;
  if (dollars === null) return null;
  const microUsd = Math.round(dollars * MICRO);
  return isCredible(microUsd) ? microUsd : null;
}

/** The report as it came, unless it is longer than any, or a server put the key into it. */
function keptReport(raw: Record<string, unknown>, echo: Pick<KeyEcho, "isIn">) {
  const text = JSON.stringify(raw);
  return text.length <= MAX_RAW_LENGTH && !echo.isIn(text) ? raw : null;
}
