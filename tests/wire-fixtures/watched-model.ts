import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { Used } from "@/domain/metering/usage-row";
import { usedByRequest } from "@/domain/metering/used-by-request";
import type { ProviderAdapter } from "@/domain/providers/provider-adapter";
import { reportedUsage, type TokenCounts } from "@/domain/providers/wire/token-counts";
import { newWireRequest, onTheWire, type WireRequest } from "@/domain/providers/wire/wire-request";
import { withMiddleware } from "@/domain/providers/wire/with-middleware";

/** A model of which one request is watched on the wire. */
export function watchedModel(model: LanguageModelV4): { model: LanguageModelV4; wire: WireRequest } {
  const wire = newWireRequest();
  const watched = withMiddleware(model, {
    wrapStream: ({ doStream }) => Promise.resolve(onTheWire(wire, doStream)),
  });
  return { model: watched, wire };
}

/** What was reported of it, in the words of the fixtures; null if nothing was. */
export function reportIn(
  adapter: ProviderAdapter,
  model: string,
  wire: WireRequest,
): (Partial<TokenCounts> & { reportedMicroUsd: number | null }) | null {
  if (!wire.state?.usage.raw) return null;
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens } = reportedUsage(
    wire.state,
  ).counts;
  const { cost } = used(adapter, model, wire);
  return {
    inputTokens,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens,
    reasoningTokens,
    reportedMicroUsd: cost?.source === "reported" ? cost.microUsd : null,
  };
}

export function used(adapter: ProviderAdapter, model: string, wire: WireRequest, at = new Date()): Used {
  return usedByRequest(adapter, model, { wire, at, inputTokens: 0 }, { isIn: () => false });
}
