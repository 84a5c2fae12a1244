import { saysCannotUseTools } from "../failures/cannot-use-tools";
import { saysContextTooLong } from "../failures/context-too-long";
import { failureOfStatus } from "../failures/failure-of-status";
import type { ProviderFailureCode } from "../failures/provider-failure";
import { refusalText } from "../failures/refusal-text";
import type { Refusal } from "../provider-adapter";

/** https://docs.mistral.ai/resources/error-glossary. */
export function classifyRefusal({ status, body }: Refusal): ProviderFailureCode {
  const { type, code, message } = refusalText(body);
  const word = `${type} ${code}`;
  // On a server fault, a body that mentions the key does not make the key invalid.
  if (status >= 500) return isAtCapacity(word, message) ? "provider_overloaded" : failureOfStatus(status);
  // A 429 unrelated to the account's usage: the servers are busy.
  if (isAtCapacity(word, message)) return "provider_overloaded";
  if (/inactive subscription|usage limit reached|payment required/i.test(message)) {
    return "provider_credit_exhausted";
  }
  if (/guardrail|moderation/i.test(`${word} ${message}`)) return "provider_content_refused";
  if (isAboutTheRequest(status) && saysContextTooLong(message)) return "provider_context_too_long";
  if (/invalid_model|unknown_model|\b1500\b/.test(word) || saysCannotUseTools(message)) {
    return "provider_model_unavailable";
  }
  // The subscription does not include the model; the key works for others.
  if (status === 403 && /\bmodel\b/i.test(message)) return "provider_model_unavailable";
  return status === 0 ? failureOfWord(word) : failureOfStatus(status);
}

/** https://github.com/continuedev/continue/issues/6185 */
function isAtCapacity(word: string, message: string): boolean {
  return /capacity_exceeded|\b3505\b/.test(word) || /capacity exceeded/i.test(message);
}

function isAboutTheRequest(status: number): boolean {
  return status === 0 || status === 400 || status === 413 || status === 422;
}

/** Errors inside a stream have no status. */
function failureOfWord(word: string): ProviderFailureCode {
  if (/authentication|unauthorized/.test(word)) return "provider_key_invalid";
  if (/permission|forbidden/.test(word)) return "provider_key_forbidden";
  if (/rate_limit|\b1300\b/.test(word)) return "provider_rate_limited";
  if (/timeout/.test(word)) return "provider_timeout";
  if (/invalid_request|invalid_function_call/.test(word)) return "provider_rejected_request";
  return "provider_error";
}
