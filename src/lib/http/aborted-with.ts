/**
 * A controller that another signal aborts too. In place of `AbortSignal.any`: Node keeps such a signal for
 * good while somebody listens to it (a `fetch` does), and with it all that the listener holds.
 */
export function abortedWith(signal: AbortSignal | null | undefined): AbortController {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  else signal?.addEventListener("abort", abort, { once: true });
  return controller;
}
