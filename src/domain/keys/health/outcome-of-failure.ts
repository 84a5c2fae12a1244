import type { KeyHealthOutcome } from "@/contracts/ai-keys";
import type { ProviderFailureCode } from "@/domain/providers/failures/provider-failure";

/**
 * What a failure says about the key it happened with; null where it says nothing, being about the model or the conversation. Only a
 * provider that refuses the key itself makes it `invalid`: limits, overload and faults of the provider never do.
 */
export function outcomeOfFailure(code: ProviderFailureCode): KeyHealthOutcome | null {
  switch (code) {
    case "provider_key_invalid":
      return "invalid";
    case "provider_credit_exhausted":
      return "no_credit";
    case "provider_key_forbidden":
      return "forbidden";
    case "provider_rate_limited":
      return "rate_limited";
    case "provider_unreachable":
    case "provider_timeout":
      return "unreachable";
    case "provider_overloaded":
    case "provider_error":
    case "provider_bad_response":
    case "stream_interrupted":
      return "unknown";
    case "provider_model_unavailable":
    case "provider_context_too_long":
    case "provider_content_refused":
    case "provider_rejected_request":
      return null;
  }
}
