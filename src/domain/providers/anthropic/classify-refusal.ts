import { failureOfRefusal } from "../failures/failure-of-refusal";
import type { ProviderFailureCode } from "../failures/provider-failure";
import type { RefusalSignal } from "../failures/refusal-signals";
import type { Refusal } from "../provider-adapter";

const SIGNALS: readonly RefusalSignal[] = [
  // The limit its owner set, for the rest of the month; it arrives as 400 like any mistake in the request.
  {
    means: "provider_credit_exhausted",
    under: (status) => status < 500,
    text: /specified API usage limits/i,
  },
];

/**
 * https://docs.anthropic.com/en/api/errors. A refusal by the model is not an error: it is a successful
 * response with stop reason "refusal".
 */
export function classifyRefusal(refusal: Refusal): ProviderFailureCode {
  return failureOfRefusal(refusal, SIGNALS);
}
