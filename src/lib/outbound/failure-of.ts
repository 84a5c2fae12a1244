import { errorNames } from "../error-names";
import { EndpointFailure, type EndpointFailureKind } from "./endpoint-failure";

const KIND_BY_CODE: Record<string, EndpointFailureKind> = {
  UND_ERR_HEADERS_OVERFLOW: "too_large",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "too_large",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  ETIMEDOUT: "timeout",
};

/**
 * What an error of the connection means to the caller. The error itself is not kept: undici's parser puts the bytes of the answer
 * into it, and those may repeat the key.
 *
 * @param ending the request's signal: once it has aborted, its reason is the answer, whatever broke because of it
 * @returns the signal's reason, or an EndpointFailure
 */
export function failureOf(error: unknown, ending: AbortSignal): unknown {
  if (ending.aborted) return ending.reason;
  if (error instanceof EndpointFailure) return error;
  const names = errorNames(error);
  const kind = names.map((name) => KIND_BY_CODE[name]).find((kind) => kind !== undefined);
  return new EndpointFailure(kind ?? "unreachable", { cause: names.join(" < ") });
}
