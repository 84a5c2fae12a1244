import type { Refusal } from "../provider-adapter";
import { failureOfStatus } from "./failure-of-status";
import type { ProviderFailureCode } from "./provider-failure";
import { meaningOf, REFUSAL_SIGNALS, type RefusalSignal } from "./refusal-signals";
import { refusalText } from "./refusal-text";

/**
 * Classifies a refusal by what it says, whatever its status: gateways send a wrong key as 400 and an empty
 * account as 403 or 429. What says nothing that is known is classified by its status.
 *
 * @param own signals that only this provider has; they come before those of all
 */
export function failureOfRefusal(
  { status, body }: Refusal,
  own: readonly RefusalSignal[] = [],
): ProviderFailureCode {
  const said = refusalText(body);
  const effective = status >= 400 ? status : said.status;
  return (
    meaningOf(said, effective, own) ??
    meaningOf(said, effective, REFUSAL_SIGNALS) ??
    (effective === 0 ? failureOfNames(said.names) : failureOfStatus(effective))
  );
}

/** Errors inside a stream, or under 200, have no status. */
function failureOfNames(names: string): ProviderFailureCode {
  if (/permission|forbidden/i.test(names)) return "provider_key_forbidden";
  if (/not_?found/i.test(names)) return "provider_model_unavailable";
  if (/tokens_exceeded/i.test(names)) return "provider_rate_limited";
  if (/service_?unavailable/i.test(names)) return "provider_overloaded";
  if (/timeout|deadline/i.test(names)) return "provider_timeout";
  if (/invalid_?(request|function_call|argument|parameter)|bad_?request/i.test(names))
    return "provider_rejected_request";
  return "provider_error";
}
