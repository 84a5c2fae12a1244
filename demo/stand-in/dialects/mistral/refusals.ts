import { type Failure, RETRY_AFTER_SECONDS, type Refusal } from "../../failure";

/** https://docs.mistral.ai/resources/error-glossary */
export function mistralRefusal(failure: Failure): Refusal {
  switch (failure.kind) {
    case "no-key":
      return refusal(401, "Unauthorized", "authentication_error");
    case "unknown-key":
      return refusal(
        401,
        failure.quoted ? `Unauthorized: ${failure.key}` : "Unauthorized",
        "authentication_error",
      );
    case "forbidden":
    case "may-not-list":
      return refusal(403, "Workspace permissions restrict access to this resource", "permission_error");
    case "model-not-allowed":
      return refusal(403, "This model is not available on your subscription tier", "invalid_request_error");
    case "no-credit":
      return refusal(402, "Payment required", "invalid_request_error");
    case "rate-limited":
      return {
        ...refusal(429, "Rate limit exceeded", "rate_limited", "1300"),
        headers: { "retry-after": String(RETRY_AFTER_SECONDS) },
      };
    case "overloaded":
      return refusal(
        503,
        "Service tier capacity exceeded for this model.",
        "service_tier_capacity_exceeded",
        "3505",
      );
    case "server-error":
      return refusal(500, failure.message ?? "Internal server error", "server_error");
    case "unknown-model":
      return refusal(400, `Invalid model: ${failure.model}`, "invalid_model", "1500");
    case "context-too-long":
      return refusal(
        400,
        `Prompt contains ${failure.tokens} tokens and 0 draft tokens, too large for model with ${failure.maximum} maximum context length`,
        "invalid_request_prompt",
        "3051",
      );
    case "content-refused":
      return refusal(403, "The request was blocked by a guardrail", "guardrail_violation");
    case "malformed":
      return refusal(400, failure.message, "invalid_request_error", failure.code ?? null);
    case "too-large":
      return refusal(413, "Request too large", "invalid_request_error");
    case "not-found":
      return refusal(404, "Not Found", "invalid_request_error");
  }
}

function refusal(status: number, message: string, type: string, code: string | null = null): Refusal {
  return { status, body: { object: "error", message, type, param: null, code, raw_status_code: status } };
}
