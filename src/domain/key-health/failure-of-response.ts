import { z } from "zod";
import { ProviderFailure, type ProviderFailureCode } from "./provider-failure";

const MAX_ERROR_BYTES = 64 * 1024;

/** Anthropic's error shape, which OpenAI's and OpenRouter's resemble: https://docs.anthropic.com/en/api/errors */
const errorBodySchema = z.object({
  error: z.object({ type: z.string().nullish(), message: z.string().nullish() }),
});

/**
 * Reads a provider's refusal once and keeps only what is ours to know. "Invalid" is said of a key for 401 alone:
 * a key without credit (400), with limits (429) or before an overloaded provider (529) is a good key.
 */
export async function failureOfResponse(response: Response): Promise<ProviderFailure> {
  const body = errorBodySchema.safeParse(await readErrorBody(response)).data;
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new ProviderFailure(codeOf(response.status, body?.error.type ?? "", body?.error.message ?? ""), {
    status: response.status,
    ...(Number.isFinite(retryAfter) && retryAfter >= 0
      ? { retryAfterSeconds: Math.min(retryAfter, 86_400) }
      : {}),
    ...requestIdOf(response),
  });
}

/** Also used for errors that arrive inside a stream, which carry a type and no status. */
export function codeOf(status: number, type: string, message: string): ProviderFailureCode {
  if (
    /credit balance is too low|insufficient_quota|billing_error/i.test(`${type} ${message}`) ||
    status === 402
  ) {
    return "provider_credit_exhausted";
  }
  if (status === 401 || type === "authentication_error") return "provider_key_invalid";
  if (status === 403 || type === "permission_error") return "provider_key_forbidden";
  if (status === 404 || type === "not_found_error") return "provider_model_unavailable";
  if (status === 429 || type === "rate_limit_error") return "provider_rate_limited";
  if (status === 529 || status === 503 || type === "overloaded_error") return "provider_overloaded";
  if (status === 408 || status === 504) return "provider_timeout";
  if (status >= 400 && status < 500) return "provider_rejected_request";
  return "provider_error";
}

function requestIdOf(response: Response): { requestId?: string } {
  const id = response.headers.get("request-id") ?? response.headers.get("x-request-id");
  return id && /^[\w-]{1,64}$/.test(id) ? { requestId: id } : {};
}

async function readErrorBody(response: Response): Promise<unknown> {
  let text = "";
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > MAX_ERROR_BYTES) break;
    }
    return JSON.parse(text);
  } catch {
    // A broken or foreign body changes nothing: the status alone decides.
    return null;
  }
}
