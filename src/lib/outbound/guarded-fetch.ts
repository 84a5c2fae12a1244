import "server-only";
import { type Agent, type Response as UndiciResponse, fetch as undiciFetch } from "undici";
import { AppError } from "@/lib/app-error";
import type { AddressPolicy } from "./address-policy";
import { checkResolved } from "./check-resolved";
import { EndpointFailure } from "./endpoint-failure";
import { endpointRefused } from "./endpoint-refused";
import { failureOf } from "./failure-of";
import { outgoingRequest } from "./outgoing-request";
import type { Endpoint } from "./parse-endpoint";
import { pinnedAgent } from "./pinned-agent";
import { DEFAULT_LIMITS, type RequestLimits } from "./request-limits";
import { RequestWatch } from "./request-watch";
import { type HostResolver, resolveHost } from "./resolve-host";
import { watchedBody } from "./watched-body";

export interface GuardedFetchOptions {
  /** Which addresses may be reached; evaluated for each request. */
  policy: AddressPolicy;
  /** Overrides of DEFAULT_LIMITS. */
  limits?: Partial<RequestLimits>;
  /** Resolves the host, once for each request; the system's resolver by default. */
  resolver?: HostResolver;
}

/**
 * A `fetch` for an endpoint that a person typed. Each request resolves the host once, checks every answer and
 * connects to a checked address, so that the name cannot change between the check and the connection (DNS
 * rebinding). It goes to the endpoint's origin only, follows no redirect, uses no proxy, sends no cookie and
 * no referrer, and ends at its limits.
 *
 * Differences from the global `fetch`: the request body is sent as a whole with its length; `redirect`,
 * `credentials` and similar settings have no effect; the Response has no `url` and no `statusText`.
 *
 * @throws AppError `endpoint_refused`, before anything is sent, if the address may not be reached
 * @throws EndpointFailure for everything else that goes wrong, also while the body is read
 * @throws the reason of the caller's signal, immediately, when it aborts
 */
export function createGuardedFetch(
  endpoint: Endpoint,
  options: GuardedFetchOptions,
): typeof globalThis.fetch {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== endpoint.origin || url.username || url.password) {
      throw endpointRefused(
        "A request for this endpoint was directed to another address. Check the endpoint's address.",
      );
    }
    const caller = init?.signal === undefined && input instanceof Request ? input.signal : init?.signal;
    // The watch listens to the caller; a second listener would leak on a signal that outlives the request.
    const request = new Request(input, { ...init, signal: null });
    const watch = new RequestWatch(limits, caller ?? undefined);
    let agent: Agent | undefined;
    const done = () => {
      watch.finish();
      // Closes the connection even if the endpoint would keep it open. Pending work fails, and nothing waits
      // for it.
      agent?.destroy().catch(() => {});
    };
    try {
      const outgoing = await watch.until(outgoingRequest(request));
      const addresses = await watch.until(resolveHost(endpoint.hostname, options.resolver));
      checkResolved(endpoint, addresses, options.policy);
      agent = pinnedAgent(addresses, limits);
      const response = await watch.until(
        undiciFetch(url, {
          method: outgoing.method,
          headers: [...outgoing.headers],
          body: outgoing.body ?? null,
          redirect: "manual",
          referrerPolicy: "no-referrer",
          credentials: "omit",
          signal: watch.signal,
          dispatcher: agent,
        }),
      );
      watch.headersArrived();
      return guardedResponse(response, watch, limits.maxBodyBytes, done);
    } catch (error) {
      done();
      if (error instanceof AppError) throw error;
      throw failureOf(error, watch.signal);
    }
  };
}

function guardedResponse(
  response: UndiciResponse,
  watch: RequestWatch,
  maxBodyBytes: number,
  done: () => void,
): Response {
  if (response.status >= 300 && response.status <= 399) throw new EndpointFailure("redirect");
  // A single compression is decompressed in counted chunks. Behind a second one, work can grow without a byte
  // to count.
  if (response.headers.get("content-encoding")?.includes(",")) {
    throw new EndpointFailure("too_large", { cause: "compressed more than once" });
  }
  const { status } = response;
  const headers = [...response.headers];
  if (!response.body) {
    done();
    return new Response(null, { status, headers });
  }
  // undici's types use Node's declaration of the same stream.
  const body = response.body as ReadableStream<Uint8Array>;
  return new Response(watchedBody(body, watch, maxBodyBytes, done), { status, headers });
}
