import { failureOfRefusal } from "../failures/failure-of-refusal";
import type { ProviderFailureCode } from "../failures/provider-failure";
import type { RefusalSignal } from "../failures/refusal-signals";
import type { Refusal } from "../provider-adapter";

const SIGNALS: readonly RefusalSignal[] = [
  // Credit exists, but requests in flight have reserved all of it; comes with Retry-After.
  { means: "provider_rate_limited", under: (status) => status === 402, names: /in_flight_budget/ },
  // The limit the owner set for the key; `limit_remaining` of `GET /key` is then zero.
  {
    means: "provider_credit_exhausted",
    under: (status) => status === 403,
    text: /key limit exceeded/i,
  },
  {
    means: "provider_content_refused",
    under: (status) => status === 403,
    names: /moderation/,
    text: /moderation|flagged/i,
  },
];

/**
 * https://openrouter.ai/docs/api/reference/errors-and-debugging. `error.code` is the HTTP status, also inside
 * a stream and in a response that started with 200.
 */
export function classifyRefusal(refusal: Refusal): ProviderFailureCode {
  return failureOfRefusal(refusal, SIGNALS);
}
