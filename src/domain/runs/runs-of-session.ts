import "server-only";
import { onSessionEnd } from "@/lib/auth/session-end";
import { oncePerProcess } from "@/lib/once-per-process";

type Stop = () => void;

const shared = oncePerProcess("runsOfSession", () => {
  const running = new Map<string, Set<Stop>>();
  onSessionEnd((sessionId) => {
    for (const stop of running.get(sessionId) ?? []) stop();
  });
  return running;
});

/**
 * Calls `stop` if this session ends on this server. Runs on other servers end with their next provider
 * request, which opens no key.
 *
 * @returns a function that forgets it, for the end of the run
 */
export function whenSessionEnds(sessionId: string | undefined, stop: Stop): () => void {
  if (sessionId === undefined) return () => undefined;
  const running = shared.get();
  const stops = running.get(sessionId) ?? new Set();
  running.set(sessionId, stops.add(stop));
  return () => {
    stops.delete(stop);
    if (stops.size === 0 && running.get(sessionId) === stops) running.delete(sessionId);
  };
}
