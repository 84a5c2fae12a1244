import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { StepReport } from "@/domain/providers/provider-adapter";

/** What a provider says it used, as the adapters read it. */
export function stepReportOf({
  usage: { inputTokens, outputTokens },
  providerMetadata,
}: Extract<LanguageModelV4StreamPart, { type: "finish" }>): StepReport {
  return {
    usage: {
      inputTokens: inputTokens.total,
      outputTokens: outputTokens.total,
      inputTokenDetails: { cacheReadTokens: inputTokens.cacheRead, cacheWriteTokens: inputTokens.cacheWrite },
      outputTokenDetails: { reasoningTokens: outputTokens.reasoning },
    },
    providerMetadata,
  };
}
