import { type Failure, RETRY_AFTER_SECONDS, type Refusal } from "../../failure";

/** https://ai.google.dev/gemini-api/docs/generate-content/api-errors */
export function googleRefusal(failure: Failure): Refusal {
  switch (failure.kind) {
    case "no-key":
      return refusal(
        403,
        "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
      );
    case "unknown-key":
      return refusal(
        400,
        "INVALID_ARGUMENT",
        `API key not valid. Please pass a valid API key.${failure.quoted ? ` (${failure.key})` : ""}`,
        errorInfo("API_KEY_INVALID"),
      );
    case "forbidden":
    case "may-not-list":
    case "model-not-allowed":
      return refusal(
        403,
        "PERMISSION_DENIED",
        "Requests to this API generativelanguage.googleapis.com are blocked.",
        errorInfo("API_KEY_SERVICE_BLOCKED"),
      );
    case "no-credit":
      return refusal(402, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted.");
    case "rate-limited":
      return refusal(
        429,
        "RESOURCE_EXHAUSTED",
        "You exceeded your current quota, please check your plan and billing details.",
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: `${RETRY_AFTER_SECONDS}s` },
      );
    case "overloaded":
      return refusal(503, "UNAVAILABLE", "The model is overloaded. Please try again later.");
    case "server-error":
      return refusal(500, "INTERNAL", failure.message ?? "An internal error has occurred.");
    case "unknown-model":
      return refusal(
        404,
        "NOT_FOUND",
        `models/${failure.model} is not found for API version v1beta, or is not supported for generateContent.`,
      );
    case "context-too-long":
      return refusal(
        400,
        "INVALID_ARGUMENT",
        `The input token count (${failure.tokens}) exceeds the maximum number of tokens allowed (${failure.maximum}).`,
      );
    case "content-refused":
      return refusal(400, "INVALID_ARGUMENT", "The request was blocked.");
    case "malformed":
      return refusal(400, "INVALID_ARGUMENT", failure.message);
    case "too-large":
      return refusal(400, "INVALID_ARGUMENT", "Request payload size exceeds the limit: 20971520 bytes.");
    case "not-found":
      return refusal(404, "NOT_FOUND", "Requested entity was not found.");
  }
}

function errorInfo(reason: string) {
  return { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain: "googleapis.com" };
}

function refusal(code: number, status: string, message: string, detail?: object): Refusal {
  return {
    status: code,
    body: { error: { code, message, status, ...(detail ? { details: [detail] } : {}) } },
  };
}
