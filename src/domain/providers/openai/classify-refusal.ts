import { failureOfRefusal } from "../failures/failure-of-refusal";
import type { ProviderFailureCode } from "../failures/provider-failure";
import type { Refusal } from "../provider-adapter";

/** https://platform.openai.com/docs/guides/error-codes, whose names and sentences all others took over. */
export function classifyRefusal(refusal: Refusal): ProviderFailureCode {
  return failureOfRefusal(refusal);
}
