import { saysCannotUseTools } from "../failures/cannot-use-tools";
import { saysContextTooLong } from "../failures/context-too-long";
import { failureOfStatus } from "../failures/failure-of-status";
import type { ProviderFailureCode } from "../failures/provider-failure";
import { refusalText } from "../failures/refusal-text";
import type { Refusal } from "../provider-adapter";

/**
 * https://platform.openai.com/docs/guides/error-codes. The text decides where one status has several
 * meanings.
 */
export function classifyRefusal({ status, body }: Refusal): ProviderFailureCode {
  const { type, code, message } = refusalText(body);
  // On a server fault, a body that mentions the key does not make the key invalid.
  if (status >= 500) return code === "server_is_overloaded" ? "provider_overloaded" : failureOfStatus(status);
  const word = `${type} ${code}`;
  // 429 for both "no money" and "too fast".
  if (
    /insufficient_quota|billing_not_active|billing_hard_limit_reached|credit_balance_exhausted/.test(word)
  ) {
    return "provider_credit_exhausted";
  }
  // A restricted key lacks a scope: 403, and 401 from some endpoints. The key itself is valid.
  if (/missing scopes|insufficient permissions/i.test(message)) return "provider_key_forbidden";
  if (/model_not_found|does not have access to model/i.test(`${word} ${message}`)) {
    return "provider_model_unavailable";
  }
  // Only the requested model is the problem.
  if (isAboutTheRequest(status) && (isUnverified(message) || saysCannotUseTools(message))) {
    return "provider_model_unavailable";
  }
  // A 429 that waiting cannot fix: this single request exceeds the account's limit per minute.
  if (/^request too large\b.*\btokens per (min|day)/i.test(message)) return "provider_context_too_long";
  if (saysContextTooLong(`${code} ${isAboutTheRequest(status) ? message : ""}`)) {
    return "provider_context_too_long";
  }
  if (/content_filter|content_policy_violation|moderation_blocked|invalid_prompt/.test(word)) {
    return "provider_content_refused";
  }
  return status === 0 ? failureOfWord(word) : failureOfStatus(status);
}

/** Some models require a verified organization: https://help.openai.com/en/articles/10910291 */
function isUnverified(message: string): boolean {
  return /organization must be verified/i.test(message);
}

function isAboutTheRequest(status: number): boolean {
  return status === 0 || status === 400 || status === 413 || status === 422;
}

/** Errors inside a stream have no status. */
function failureOfWord(word: string): ProviderFailureCode {
  if (/invalid_api_key|authentication_error/.test(word)) return "provider_key_invalid";
  if (/permission/.test(word)) return "provider_key_forbidden";
  if (/rate_limit|slow_down|tokens_exceeded/.test(word)) return "provider_rate_limited";
  if (/overloaded|service_unavailable/.test(word)) return "provider_overloaded";
  if (/timeout/.test(word)) return "provider_timeout";
  if (/invalid_request/.test(word)) return "provider_rejected_request";
  return "provider_error";
}
