import { failureOfRefusal } from "../failures/failure-of-refusal";
import type { ProviderFailureCode } from "../failures/provider-failure";
import type { RefusalSignal } from "../failures/refusal-signals";
import type { Refusal } from "../provider-adapter";

const SIGNALS: readonly RefusalSignal[] = [
  // Waiting cannot help: without billing, the limit of this model is zero.
  { means: "provider_credit_exhausted", under: (status) => status === 429, text: /limit: 0\b/ },
];

/**
 * https://ai.google.dev/gemini-api/docs/generate-content/api-errors, with the reasons of
 * google.rpc.ErrorInfo: https://cloud.google.com/apis/design/errors. Refused content is not an error: it is
 * an answer that ends with `SAFETY` or similar, or a `promptFeedback` that says why there is none.
 */
export function classifyRefusal(refusal: Refusal): ProviderFailureCode {
  return failureOfRefusal(refusal, SIGNALS);
}
