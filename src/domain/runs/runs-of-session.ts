import "server-only";
import { onSessionEnd } from "@/lib/auth/session-end";
import { oncePerProcess } from "@/lib/once-per-process";
import { runChannel } from "./elsewhere/run-channel";

type Stop = () => void;

const shared = oncePerProcess("runsOfSession", () => {
  const running = new Map<string, Set<Stop>>();
  const end = (sessionId: string) => {
    for (const stop of running.get(sessionId) ?? []) stop();
  };
  onSessionEnd(end);
  runChannel().onNews(({ what, id }) => {
    if (what === "session_ended") end(id);
  });
  return running;
});

/**
 * A viewer is gone when its client is, and when its session ends: what it watches may be another session's
 * run, which goes on.
 *
 * @param signal aborted when its client is gone
 */
export function viewerIn(
  sessionId: string | undefined,
  signal: AbortSignal,
): { signal: AbortSignal; forget: () => void } {
  const ended = new AbortController();
  const forget = whenSessionEnds(sessionId, () => {
    // Names the client's signal, which `any` does not keep in memory: its hang-up would be lost.
    if (!signal.aborted) ended.abort();
  });
  return { signal: AbortSignal.any([signal, ended.signal]), forget };
}

/**
 * Calls `stop` if this session ends, here or on another server that can be heard. Runs on servers that cannot
 * hear it end with their next provider request, which opens no key.
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
