const requests = new WeakMap<AbortSignal, Request>();

/**
 * Aborted when the client of a request is gone. Node passes an abort on only as long as the `Request` itself
 * is in memory (its fetch holds the controller weakly), and once a handler has answered nothing else keeps
 * it: a garbage collection would lose the hang-up. So the request lives as long as whoever holds the signal.
 */
export function hangUpSignal(request: Request): AbortSignal {
  requests.set(request.signal, request);
  return request.signal;
}
