import { z } from "zod";
import { saysCannotUseTools } from "../failures/cannot-use-tools";
import { saysContextTooLong } from "../failures/context-too-long";
import { failureOfStatus } from "../failures/failure-of-status";
import type { ProviderFailureCode } from "../failures/provider-failure";
import type { Refusal } from "../provider-adapter";

const textSchema = z.string().optional().catch(undefined);

const errorSchema = z.object({
  error: z.object({
    /** The HTTP status, also present inside a stream. */
    code: z.number().optional().catch(undefined),
    message: textSchema,
    details: z
      .array(z.looseObject({ reason: textSchema }))
      .optional()
      .catch(undefined),
  }),
});

/**
 * https://ai.google.dev/gemini-api/docs/generate-content/api-errors, with the reasons of
 * google.rpc.ErrorInfo: https://cloud.google.com/apis/design/errors. Refused content is not an error: it is
 * an answer that ends with `SAFETY` or similar, or a `promptFeedback` that says why there is none.
 */
export function classifyRefusal({ status, body }: Refusal): ProviderFailureCode {
  const error = errorSchema.safeParse(Array.isArray(body) ? body[0] : body).data?.error;
  const message = error?.message ?? "";
  const reasons = (error?.details ?? []).map(({ reason }) => reason ?? "").join(" ");
  const effective = status === 0 ? (error?.code ?? 500) : status;
  // On a server fault, a body that mentions the key does not make the key invalid.
  if (effective >= 500) return failureOfStatus(effective);
  if (/MODEL_CAPACITY_EXHAUSTED/.test(reasons) || /no capacity available/i.test(message))
    return "provider_overloaded";
  if (effective === 429) return needsCredit(message) ? "provider_credit_exhausted" : "provider_rate_limited";
  // A wrong key returns 400, one that leaked publicly 403.
  if (
    /API_KEY_INVALID/.test(reasons) ||
    /api key (not valid|expired|not found|was reported as leaked)/i.test(message)
  ) {
    return "provider_key_invalid";
  }
  if (/enable billing/i.test(message)) return "provider_credit_exhausted";
  if (/location is not supported/i.test(message)) return "provider_key_forbidden";
  if (saysContextTooLong(message)) return "provider_context_too_long";
  if (
    effective === 400 &&
    (saysCannotUseTools(message) || /function calling is not enabled/i.test(message))
  ) {
    return "provider_model_unavailable";
  }
  return failureOfStatus(effective);
}

/** A 429 that waiting cannot fix: prepaid credit is used up, or the limit is zero without billing. */
function needsCredit(message: string): boolean {
  return /spending cap|credits? (is|are) depleted|limit: 0\b/i.test(message);
}
