import { type Failure, RETRY_AFTER_SECONDS, type Refusal } from "../../failure";

interface AnthropicError {
  status: number;
  type: string;
  message: string;
}

/** https://docs.anthropic.com/en/api/errors */
export function anthropicRefusal(failure: Failure, requestId: string): Refusal {
  const { status, type, message } = anthropicError(failure);
  return {
    status,
    headers: status === 429 ? { "retry-after": String(RETRY_AFTER_SECONDS) } : {},
    body: { type: "error", error: { type, message }, request_id: requestId },
  };
}

/** Status, type and message of an error. */
export function anthropicError(failure: Failure): AnthropicError {
  switch (failure.kind) {
    case "no-key":
      return { status: 401, type: "authentication_error", message: "x-api-key header is required" };
    case "unknown-key":
      return {
        status: 401,
        type: "authentication_error",
        message: failure.quoted ? `invalid x-api-key: ${failure.key}` : "invalid x-api-key",
      };
    case "forbidden":
    case "may-not-list":
    case "model-not-allowed":
      return {
        status: 403,
        type: "permission_error",
        message: "Your API key does not have permission to use the specified resource.",
      };
    case "no-credit":
      return invalid(
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.",
      );
    case "rate-limited":
      return {
        status: 429,
        type: "rate_limit_error",
        message: "This request would exceed your organization's rate limit of 50 requests per minute.",
      };
    case "overloaded":
      return { status: 529, type: "overloaded_error", message: "Overloaded" };
    case "server-error":
      return { status: 500, type: "api_error", message: failure.message ?? "Internal server error" };
    case "unknown-model":
      return { status: 404, type: "not_found_error", message: `model: ${failure.model}` };
    case "context-too-long":
      return invalid(`prompt is too long: ${failure.tokens} tokens > ${failure.maximum} maximum`);
    case "content-refused":
      return invalid("Output blocked by content filtering policy");
    case "malformed":
      return invalid(failure.message);
    case "too-large":
      return { status: 413, type: "request_too_large", message: "Request exceeds the maximum size" };
    case "not-found":
      return { status: 404, type: "not_found_error", message: "Not found" };
  }
}

function invalid(message: string): AnthropicError {
  return { status: 400, type: "invalid_request_error", message };
}
