import { z } from "zod";
import type { ProviderFailureCode } from "../../key-health/provider-failure";
import type { Refusal } from "../provider-adapter";

const bodySchema = z.object({
  error: z.object({ type: z.string().nullish(), message: z.string().nullish() }),
});

/** https://docs.anthropic.com/en/api/errors. "Invalid" is said of a key for 401 alone. */
export function classifyRefusal({ status, body }: Refusal): ProviderFailureCode {
  const { type, message } = bodySchema.safeParse(body).data?.error ?? {};
  if (status === 402 || /credit balance is too low|billing_error/i.test(`${type} ${message}`)) {
    return "provider_credit_exhausted";
  }
  if (status === 401 || type === "authentication_error") return "provider_key_invalid";
  if (status === 403 || type === "permission_error") return "provider_key_forbidden";
  if (status === 404 || type === "not_found_error") return "provider_model_unavailable";
  if (status === 429 || type === "rate_limit_error") return "provider_rate_limited";
  if (status === 529 || status === 503 || type === "overloaded_error") return "provider_overloaded";
  if (status === 408 || status === 504) return "provider_timeout";
  if (status === 413 || /prompt is too long/i.test(message ?? "")) return "provider_context_too_long";
  if (status >= 400 && status < 500) return "provider_rejected_request";
  return "provider_error";
}
