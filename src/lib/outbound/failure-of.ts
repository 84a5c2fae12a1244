import { errorNames } from "../error-names";
import { EndpointFailure, type EndpointFailureKind } from "./endpoint-failure";

const KIND_BY_CODE: Record<string, EndpointFailureKind> = {
  UND_ERR_HEADERS_OVERFLOW: "too_large",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "too_large",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  ETIMEDOUT: "timeout",
};

/**
 * Maps a connection error for the caller. The error itself is not kept: undici's parser puts bytes of the
 * response into it, and those may repeat the key.
 *
 * @param ending the request's signal: once it has aborted, its reason is the result, whatever error that
 *   caused
 * @returns the signal's reason, or an EndpointFailure
 */
export function failureOf(error: unknown, ending: AbortSignal): unknown {
  if (ending.aborted) return ending.reason;
  if (error instanceof EndpointFailure) return error;
  const names = errorNames(error);
  const kind = names.map((name) => KIND_BY_CODE[name]).find((kind) => kind !== undefined);
  return new EndpointFailure(kind ?? "unreachable", { cause: names.join(" < ") });
}
