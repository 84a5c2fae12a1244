import "server-only";
import { failureOfResponse } from "@/domain/providers/failures/failure-of-response";
import { ProviderFailure, type ProviderFailureCode } from "@/domain/providers/failures/provider-failure";
import type { ClassifyRefusal } from "@/domain/providers/provider-adapter";
import { errorNames } from "@/lib/error-names";

/** For the whole exchange, including the response body. */
const TIMEOUT_MS = 15_000;

/**
 * A `fetch` for the single request that exchanges a code: no cookies, a time limit, and no redirects, which
 * would send the code and verifier elsewhere.
 *
 * @param timeoutMs milliseconds for the whole exchange
 * @throws ProviderFailure when the provider refuses, times out, cannot be reached or breaks off, also while
 *   the body is read
 */
export function exchangeFetch(classifyRefusal: ClassifyRefusal, timeoutMs = TIMEOUT_MS): typeof fetch {
  return async (input, init) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const failure = (error: unknown, otherwise: ProviderFailureCode) =>
      new ProviderFailure(signal.aborted ? "provider_timeout" : otherwise, {
        cause: errorNames(error).join(" < "),
      });
    const response = await fetch(input, { ...init, redirect: "error", credentials: "omit", signal }).catch(
      (error: unknown) => {
        throw failure(error, "provider_unreachable");
      },
    );
    if (!response.ok) throw await failureOfResponse(response, classifyRefusal);
    if (!response.body) return response;
    const body = withMappedErrors(response.body, (error) => failure(error, "stream_interrupted"));
    return new Response(body, { status: response.status, headers: response.headers });
  };
}

/** Wraps a body so that read errors are mapped by `failure`. */
function withMappedErrors(
  body: ReadableStream<Uint8Array>,
  failure: (error: unknown) => ProviderFailure,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(failure(error));
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
