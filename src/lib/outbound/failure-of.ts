import { EndpointFailure, type EndpointFailureKind } from "./endpoint-failure";

const KIND_BY_CODE: Record<string, EndpointFailureKind> = {
  UND_ERR_HEADERS_OVERFLOW: "too_large",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "too_large",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  ETIMEDOUT: "timeout",
};

/**
 * What an error of the connection means to the caller.
 *
 * @param ending the request's signal: once it has aborted, its reason is the answer, whatever broke because of it
 * @returns the signal's reason, or an EndpointFailure
 */
export function failureOf(error: unknown, ending: AbortSignal): unknown {
  if (ending.aborted) return ending.reason;
  if (error instanceof EndpointFailure) return error;
  return new EndpointFailure(kindOf(error), { cause: error });
}

/** undici wraps the reason: "fetch failed" or "terminated", with the error that has a code as the cause. */
function kindOf(error: unknown): EndpointFailureKind {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const kind = "code" in cause && typeof cause.code === "string" ? KIND_BY_CODE[cause.code] : undefined;
    if (kind) return kind;
  }
  return "unreachable";
}
