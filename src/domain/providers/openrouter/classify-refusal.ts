import { z } from "zod";
import { saysCannotUseTools } from "../failures/cannot-use-tools";
import { saysContextTooLong } from "../failures/context-too-long";
import { failureOfStatus } from "../failures/failure-of-status";
import type { ProviderFailureCode } from "../failures/provider-failure";
import { refusalText } from "../failures/refusal-text";
import type { Refusal } from "../provider-adapter";

/** Moderation reports the reason and what was flagged; an upstream provider's error arrives as text. */
const metadataSchema = z.object({
  error: z.object({
    metadata: z.looseObject({
      reasons: z.array(z.unknown()).optional(),
      raw: z.unknown().optional(),
      limit_source: z.unknown().optional(),
    }),
  }),
});

/**
 * https://openrouter.ai/docs/api/reference/errors-and-debugging. `error.code` is the HTTP status, also inside
 * a stream and in a response that started with 200.
 */
export function classifyRefusal({ status, body }: Refusal): ProviderFailureCode {
  const { type, code, message } = refusalText(body);
  const metadata = metadataSchema.safeParse(body).data?.error.metadata;
  const effective = status === 0 ? Number(code) || 0 : status;
  if (effective === 0) return "provider_error";
  // Upstream providers word "too long" differently; OpenRouter includes their text with its 400.
  const upstream = typeof metadata?.raw === "string" ? metadata.raw : "";
  if (isAboutTheRequest(effective) && saysContextTooLong(`${type} ${message} ${upstream}`)) {
    return "provider_context_too_long";
  }
  if (effective === 403 && (metadata?.reasons !== undefined || /moderation|flagged/i.test(message))) {
    return "provider_content_refused";
  }
  if (effective === 400 && /content_filter|content policy|responsible ai/i.test(`${message} ${upstream}`)) {
    return "provider_content_refused";
  }
  // Credit exists, but requests in flight have reserved all of it; comes with Retry-After.
  if (effective === 402 && metadata?.limit_source === "openrouter_in_flight_budget") {
    return "provider_rate_limited";
  }
  // The limit the owner set for the key; `limit_remaining` of `GET /key` is then zero.
  if (effective === 403 && /key limit exceeded/i.test(message)) return "provider_credit_exhausted";
  if (isAboutTheRequest(effective) && isAboutTheModel(`${message} ${upstream}`)) {
    return "provider_model_unavailable";
  }
  if (effective === 400 && /not a valid model id/i.test(message)) return "provider_model_unavailable";
  return failureOfStatus(effective);
}

/** As the upstream provider words it. */
function isAboutTheModel(text: string): boolean {
  return saysCannotUseTools(text) || /organization must be verified/i.test(text);
}

function isAboutTheRequest(status: number): boolean {
  return status === 400 || status === 413 || status === 422;
}
