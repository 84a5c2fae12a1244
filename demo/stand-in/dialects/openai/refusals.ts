import { type Failure, RETRY_AFTER_SECONDS, type Refusal } from "../../failure";

interface OpenAiError {
  status: number;
  message: string;
  type: string;
  param?: string | null;
  code?: string | null;
  headers?: Record<string, string>;
}

/** https://platform.openai.com/docs/guides/error-codes */
export function openAiRefusal(failure: Failure): Refusal {
  const { status, headers, message, type, param = null, code = null } = errorOf(failure);
  return { status, headers: headers ?? {}, body: { error: { message, type, param, code } } };
}

function errorOf(failure: Failure): OpenAiError {
  switch (failure.kind) {
    case "no-key":
      return {
        ...invalidRequest(
          "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth " +
            "(i.e. Authorization: Bearer YOUR_KEY).",
        ),
        status: 401,
      };
    case "unknown-key":
      return {
        ...invalidRequest(
          `Incorrect API key provided: ${failure.quoted ? failure.key : masked(failure.key)}. ` +
            "You can find your API key at https://platform.openai.com/account/api-keys.",
        ),
        status: 401,
        code: "invalid_api_key",
      };
    case "forbidden":
      return missingScope("model.request");
    case "may-not-list":
      return missingScope("api.model.read");
    case "no-credit":
      return {
        status: 429,
        message:
          "You exceeded your current quota, please check your plan and billing details. For more information on this error, " +
          "read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
        type: "insufficient_quota",
        code: "insufficient_quota",
      };
    case "rate-limited":
      return rateLimited(failure.model);
    case "overloaded":
      return {
        status: 503,
        message: "Our servers are currently overloaded. Please try again later.",
        type: "service_unavailable_error",
        code: "server_is_overloaded",
      };
    case "server-error":
      return {
        status: 500,
        message:
          failure.message ?? "The server had an error while processing your request. Sorry about that!",
        type: "server_error",
      };
    case "unknown-model":
      return {
        ...invalidRequest(`The model \`${failure.model}\` does not exist or you do not have access to it.`),
        status: 404,
        code: "model_not_found",
      };
    case "model-not-allowed":
      return {
        ...invalidRequest(`Project \`proj_StandIn\` does not have access to model \`${failure.model}\``),
        status: 403,
        code: "model_not_found",
      };
    case "context-too-long":
      return {
        ...invalidRequest(
          `This model's maximum context length is ${failure.maximum} tokens. However, your messages resulted in ` +
            `${failure.tokens} tokens. Please reduce the length of the messages.`,
        ),
        param: "messages",
        code: "context_length_exceeded",
      };
    case "content-refused":
      return {
        ...invalidRequest(
          "Your request was rejected as a result of our safety system. Your prompt may contain text that is not allowed by " +
            "our safety system.",
        ),
        code: "content_policy_violation",
      };
    case "malformed":
      return {
        ...invalidRequest(failure.message),
        param: failure.param ?? null,
        code: failure.code ?? null,
      };
    case "too-large":
      return { ...invalidRequest("Request entity too large."), status: 413 };
    case "not-found":
      return { ...invalidRequest(`Invalid URL (${failure.method} ${failure.path})`), status: 404 };
  }
}

function invalidRequest(message: string): OpenAiError {
  return { status: 400, message, type: "invalid_request_error" };
}

/** Error for a restricted key outside its scopes. */
function missingScope(scope: string): OpenAiError {
  return {
    ...invalidRequest(
      `You have insufficient permissions for this operation. Missing scopes: ${scope}. Check that you have the correct role ` +
        "in your organization (Reader, Writer, Owner) and project (Member, Owner), and if you're using a restricted API key, " +
        "that it has the necessary scopes.",
    ),
    status: 403,
    code: "missing_scope",
  };
}

function rateLimited(model: string): OpenAiError {
  return {
    status: 429,
    message:
      `Rate limit reached for ${model || "requests"} in organization org-StandIn on requests per min (RPM): ` +
      `Limit 3, Used 3, Requested 1. Please try again in ${RETRY_AFTER_SECONDS}s. ` +
      "Visit https://platform.openai.com/account/rate-limits to learn more.",
    type: "requests",
    code: "rate_limit_exceeded",
    headers: {
      "retry-after": String(RETRY_AFTER_SECONDS),
      "x-ratelimit-limit-requests": "3",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": `${RETRY_AFTER_SECONDS}s`,
    },
  };
}

/** A key as OpenAI quotes it: its beginning and its end. */
function masked(key: string): string {
  return key.length < 16 ? "*".repeat(key.length) : `${key.slice(0, 8)}${"*".repeat(24)}${key.slice(-4)}`;
}
