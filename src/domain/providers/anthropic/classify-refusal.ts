import { saysContextTooLong } from "../failures/context-too-long";
import { failureOfStatus } from "../failures/failure-of-status";
import type { ProviderFailureCode } from "../failures/provider-failure";
import { refusalText } from "../failures/refusal-text";
import type { Refusal } from "../provider-adapter";

/**
 * https://docs.anthropic.com/en/api/errors. A refusal by the model is not an error: it is a successful
 * response with stop reason "refusal".
 */
export function classifyRefusal({ status, body }: Refusal): ProviderFailureCode {
  const { type, message } = refusalText(body);
  // On a server fault, a body that mentions the key does not make the key invalid.
  if (status >= 500) return type === "overloaded_error" ? "provider_overloaded" : failureOfStatus(status);
  // These arrive as 400 and "invalid_request_error", like any mistake in the request.
  if (type === "billing_error" || /credit balance is too low|specified API usage limits/i.test(message)) {
    return "provider_credit_exhausted";
  }
  if (/organization has been disabled/i.test(message)) return "provider_key_forbidden";
  if (type === "request_too_large" || (type === "invalid_request_error" && saysContextTooLong(message))) {
    return "provider_context_too_long";
  }
  if (/blocked by content filtering/i.test(message)) return "provider_content_refused";
  return status === 0 ? failureOfType(type) : failureOfStatus(status);
}

/** Errors inside a stream have no status. */
function failureOfType(type: string): ProviderFailureCode {
  switch (type) {
    case "authentication_error":
      return "provider_key_invalid";
    case "permission_error":
      return "provider_key_forbidden";
    case "not_found_error":
      return "provider_model_unavailable";
    case "rate_limit_error":
      return "provider_rate_limited";
    case "overloaded_error":
      return "provider_overloaded";
    case "timeout_error":
      return "provider_timeout";
    case "invalid_request_error":
      return "provider_rejected_request";
    default:
      return "provider_error";
  }
}
