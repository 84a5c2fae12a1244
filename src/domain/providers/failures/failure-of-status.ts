import type { ProviderFailureCode } from "./provider-failure";

/**
 * Fallback classification by HTTP status alone. Only 401 makes the key invalid, and a 5xx never does:
 * https://www.rfc-editor.org/rfc/rfc9110#section-15.6. 529 is Anthropic's "overloaded", 524 Cloudflare's
 * time-out.
 */
export function failureOfStatus(status: number): ProviderFailureCode {
  switch (status) {
    case 401:
      return "provider_key_invalid";
    case 402:
      return "provider_credit_exhausted";
    case 403:
      return "provider_key_forbidden";
    case 404:
      return "provider_model_unavailable";
    case 408:
    case 504:
    case 524:
      return "provider_timeout";
    case 413:
      return "provider_context_too_long";
    case 429:
      return "provider_rate_limited";
    case 503:
    case 529:
      return "provider_overloaded";
    default:
      return status >= 400 && status < 500 ? "provider_rejected_request" : "provider_error";
  }
}
