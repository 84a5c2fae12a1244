import { failureOfRefusal } from "../failures/failure-of-refusal";
import type { ProviderFailureCode } from "../failures/provider-failure";
import type { RefusalSignal } from "../failures/refusal-signals";
import type { Refusal } from "../provider-adapter";

const SIGNALS: readonly RefusalSignal[] = [
  // A 429 unrelated to the account's usage: https://github.com/continuedev/continue/issues/6185
  { means: "provider_overloaded", under: () => true, names: /\b3505\b/ },
  {
    means: "provider_credit_exhausted",
    under: (status) => status < 500,
    text: /inactive subscription|usage limit reached/i,
  },
  { means: "provider_rate_limited", under: (status) => status === 0, names: /\b1300\b/ },
  { means: "provider_model_unavailable", under: (status) => status < 500, names: /\b1500\b/ },
  // The subscription does not include the model; the key works for others.
  {
    means: "provider_model_unavailable",
    under: (status) => status === 403,
    text: /\bmodel\b/i,
    unless: /guardrail|moderation|api key/i,
  },
];

/** https://docs.mistral.ai/resources/error-glossary. */
export function classifyRefusal(refusal: Refusal): ProviderFailureCode {
  return failureOfRefusal(refusal, SIGNALS);
}
