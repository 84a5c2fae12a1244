/** Milliseconds before each attempt; the last one is repeated. */
const WAITS = [300, 1_000, 2_000, 4_000, 8_000, 15_000];

/** Waits before an attempt to reconnect: longer each time, and no longer once the network is back. */
export function waitToReconnect(attempt: number, signal: AbortSignal): Promise<void> {
  // Without a network the first attempts are in vain; some browsers say so for no reason.
  const wait = navigator.onLine ? Math.min(attempt, WAITS.length - 1) : WAITS.length - 1;
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, WAITS[wait]);
    addEventListener("online", end);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}
