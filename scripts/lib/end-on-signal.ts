import { endChildren, killChildren } from "./children";
import { sayPlain } from "./say.mjs";

/** One Ctrl-C arrives up to three times: from the terminal, from npm and from run.mjs. */
const SAME_KEYSTROKE_MS = 1_000;

let endingSince: number | undefined;

async function end(): Promise<void> {
  sayPlain("\n  Stopping ...");
  await endChildren();
  sayPlain("  Stopped.");
  process.exit(0);
}

function onSignal(): void {
  const now = performance.now();
  if (endingSince === undefined) {
    endingSince = now;
    void end();
  } else if (now - endingSince > SAME_KEYSTROKE_MS) {
    killChildren();
    process.exit(130);
  }
}

/** Ctrl-C, SIGTERM, a closed terminal and the death of the process above all end the children first, then this process. */
export function endOnSignal(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  process.on("disconnect", onSignal);
  process.channel?.unref();
  // With the terminal gone, writing to it must not keep us from ending in good order.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
}
