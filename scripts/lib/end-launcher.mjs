// @ts-check

/** For a launcher that does not even say how long it takes, and for what it does beside ending its children. */
const HANGS_AFTER_MS = 25_000;

/**
 * Passes signals on to the launcher, and kills it if it hangs. It says itself how long its children may take
 * to end (end-on-signal.ts): only it has read the settings.
 *
 * @param {Pick<import("node:child_process").ChildProcess, "kill" | "on">} launcher
 * @returns {(signal: NodeJS.Signals) => void}
 */
export function endLauncher(launcher) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @param {number} endsWithinMs */
  const killAfter = (endsWithinMs) => {
    clearTimeout(timer);
    timer = setTimeout(() => launcher.kill("SIGKILL"), endsWithinMs + HANGS_AFTER_MS);
    timer.unref();
  };
  launcher.on("message", (/** @type {{ endsWithinMs: number }} */ { endsWithinMs }) =>
    killAfter(endsWithinMs),
  );
  return (signal) => {
    launcher.kill(signal);
    if (!timer) killAfter(0);
  };
}
