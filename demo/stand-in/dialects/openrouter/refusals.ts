import { type Failure, RETRY_AFTER_SECONDS, type Refusal } from "../../failure";

interface OpenRouterError {
  code: number;
  message: string;
  metadata?: Record<string, unknown>;
}

/** https://openrouter.ai/docs/api-reference/errors */
export function openRouterRefusal(failure: Failure): Refusal {
  const error = openRouterError(failure);
  const headers = error.code === 429 ? { "retry-after": String(RETRY_AFTER_SECONDS) } : undefined;
  return { status: error.code, ...(headers ? { headers } : {}), body: { error } };
}

/** The error object of a refusal, which in a stream is sent on its own. */
export function openRouterError(failure: Failure): OpenRouterError {
  switch (failure.kind) {
    case "no-key":
      return { code: 401, message: "No auth credentials found" };
    case "unknown-key":
      return {
        code: 401,
        message: failure.quoted ? `User not found for key ${failure.key}` : "User not found.",
      };
    case "forbidden":
    case "may-not-list":
      return { code: 403, message: "This API key does not have permission to perform this operation." };
    case "no-credit":
      return {
        code: 402,
        message: "Insufficient credits. Add more using https://openrouter.ai/settings/credits",
      };
    case "rate-limited":
      return {
        code: 429,
        message: "Rate limit exceeded: free-models-per-min. ",
        metadata: { headers: { "X-RateLimit-Limit": "20", "X-RateLimit-Remaining": "0" } },
      };
    case "overloaded":
      return {
        code: 503,
        message: "Provider returned error",
        metadata: { raw: "Overloaded", provider_name: "Stand-in" },
      };
    case "server-error":
      return { code: 500, message: failure.message ?? "Internal Server Error" };
    case "unknown-model":
      return { code: 400, message: `${failure.model} is not a valid model ID` };
    case "model-not-allowed":
      return {
        code: 404,
        message: "No allowed providers are available for the selected model.",
        metadata: { available_providers: ["stand-in"], requested_providers: [] },
      };
    case "context-too-long":
      return {
        code: 400,
        message:
          `This endpoint's maximum context length is ${failure.maximum} tokens. However, you requested about ` +
          `${failure.tokens} tokens. Please reduce the length of either one, or use the "middle-out" transform to compress ` +
          "your prompt automatically.",
      };
    case "content-refused":
      return {
        code: 403,
        message: `${failure.model} requires moderation on Stand-in. Your input was flagged for "violence". No credits were charged.`,
        metadata: {
          reasons: ["violence"],
          flagged_input: failure.text.slice(0, 100),
          provider_name: "Stand-in",
          model_slug: failure.model,
        },
      };
    case "malformed":
      return { code: 400, message: failure.message };
    case "too-large":
      return { code: 413, message: "Request Entity Too Large" };
    case "not-found":
      return { code: 404, message: "Not Found" };
  }
}
