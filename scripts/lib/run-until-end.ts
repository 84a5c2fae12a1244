import type { ChildProcess } from "node:child_process";
import { describeEnd, exitCodeOf, isEnding } from "./children";
import { LaunchError } from "./launch-error";

/**
 * Waits until one of the servers ends. That is expected only when the person asks for it, and then the
 * process ends elsewhere (end-on-signal.ts).
 *
 * @throws LaunchError server_failed if one ended unexpectedly
 */
export async function runUntilEnd(servers: Record<string, ChildProcess>): Promise<number> {
  const [name, child] = await Promise.race(
    Object.entries(servers).map(async ([name, child]) => {
      await exitCodeOf(child);
      return [name, child] as const;
    }),
  );
  if (isEnding()) return new Promise<number>(() => undefined);
  throw new LaunchError(
    "server_failed",
    `The ${name} ended unexpectedly (${describeEnd(child)}); what it said stands above.`,
  );
}
