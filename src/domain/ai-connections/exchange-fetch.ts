import "server-only";
import { errorNames } from "@/lib/error-names";
import { failureOfResponse } from "../key-health/failure-of-response";
import { ProviderFailure } from "../key-health/provider-failure";
import type { ClassifyRefusal } from "../providers/provider-adapter";

/** For the whole exchange, its answer included. */
const TIMEOUT_MS = 15_000;

/**
 * A `fetch` for the one request that exchanges a code: no redirect, since it would carry code and verifier elsewhere, no cookie, and an
 * end in time.
 *
 * @throws ProviderFailure when the provider refuses, does not answer in time or cannot be reached
 */
export function exchangeFetch(classifyRefusal: ClassifyRefusal): typeof fetch {
  return async (input, init) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(input, { ...init, redirect: "error", credentials: "omit", signal }).catch(
      (error: unknown) => {
        throw new ProviderFailure(signal.aborted ? "provider_timeout" : "provider_unreachable", {
          cause: errorNames(error).join(" < "),
        });
      },
    );
    if (!response.ok) throw await failureOfResponse(response, classifyRefusal);
    return response;
  };
}
