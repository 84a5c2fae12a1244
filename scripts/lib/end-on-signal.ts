import { endChildren, endingWithinMs, killChildren } from "./children";
import { sayPlain } from "./say.mjs";

/** One Ctrl-C arrives up to three times: from the terminal, from npm and from run.mjs. */
const SAME_KEYSTROKE_MS = 1_000;

let endingSince: number | undefined;

async function end(exitCode: number): Promise<void> {
  sayPlain("\n  Stopping ...");
  // Not to a parent that is gone, and that it goes meanwhile is no error.
  if (process.connected) process.send?.({ endsWithinMs: endingWithinMs() }, () => undefined);
  await endChildren();
  sayPlain("  Stopped.");
  process.exit(exitCode);
}

function onSignal(exitCode: number): void {
  const now = performance.now();
  if (endingSince === undefined) {
    endingSince = now;
    void end(exitCode);
  } else if (now - endingSince > SAME_KEYSTROKE_MS) {
    killChildren();
    process.exit(130);
  }
}

/**
 * Ctrl-C, SIGTERM, a closed terminal and the death of the parent process all end the children first, then
 * this process.
 *
 * @param exitCode 0 for a server, which is meant to be ended this way; not 0 for tests, which were
 *   interrupted and did not pass
 */
export function endOnSignal(exitCode: number): void {
  const end = () => onSignal(exitCode);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  process.on("disconnect", end);
  process.channel?.unref();
  // If the terminal is gone, writing to it must not prevent a graceful shutdown.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
}
