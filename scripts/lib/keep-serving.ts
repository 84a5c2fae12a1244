import type { ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { describeEnd, exitCodeOf, isEnding } from "./children";
import { LaunchError } from "./launch-error";
import { say } from "./say.mjs";

/** How long to wait before a server is started again: twice as long each time, until it ran for a while. */
interface Pauses {
  firstMs: number;
  longestMs: number;
  stableMs: number;
}

const PAUSES: Pauses = { firstMs: 1_000, longestMs: 60_000, stableMs: 10 * 60_000 };

/**
 * Starts the server again when it crashes: out of memory, say, or killed. A server that ends in good order on
 * its own was ended by somebody, and one that does not become healthy again will not by itself.
 *
 * @param startAgain starts it and waits until it is healthy
 * @returns never while the person has not asked for the end (end-on-signal.ts)
 * @throws LaunchError server_failed
 */
export async function keepServing(
  server: ChildProcess,
  startAgain: () => Promise<ChildProcess>,
  { firstMs, longestMs, stableMs }: Pauses = PAUSES,
): Promise<number> {
  let waitMs = firstMs;
  for (let child = server; ; ) {
    const began = performance.now();
    // oxlint-disable-next-line no-await-in-loop -- one server after the other
    await exitCodeOf(child);
    if (isEnding()) return new Promise<number>(() => undefined);
    const end = `The server ended unexpectedly (${describeEnd(child)}); what it said stands above.`;
    if (child.exitCode === 0) throw new LaunchError("server_failed", end);
    if (performance.now() - began >= stableMs) waitMs = firstMs;
    say("Server", `${end} It is started again in ${Math.ceil(waitMs / 1000)} s.`);
    // oxlint-disable-next-line no-await-in-loop
    await pause(waitMs);
    if (isEnding()) return new Promise<number>(() => undefined);
    waitMs = Math.min(2 * waitMs, longestMs);
    // oxlint-disable-next-line no-await-in-loop
    child = await startAgain();
  }
}
