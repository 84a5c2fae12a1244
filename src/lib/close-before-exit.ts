import "server-only";
import { logger } from "./logger";

/**
 * What is written at the very end may take so long after open requests have ended, or were given up. The
 * launcher waits longer before it kills (scripts/lib/children.ts). All parts share this.
 */
const CLOSE_WITHIN_MS = 1_500;

/**
 * On SIGINT and SIGTERM, the server waits for open requests and then ends the process with `process.exit`,
 * without a hook in between. What has to be written at the very end, when no request can add to it, is
 * attached to that call.
 *
 * @param options.drain work that goes on without a request and may end; it limits its own time
 * @param options.atSignal work that is asked to end at the signal, and adds nothing once it has ended
 * @param options.close runs last, when that work has ended; both together are given up 1.5 seconds after the
 *   server would exit and `drain` has ended
 */
export function closeBeforeExit(options: {
  drain: () => Promise<void>;
  atSignal: () => Promise<void>;
  close: () => Promise<void>;
}): void {
  let ending = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      if (ending) return;
      ending = true;
      const drained = options.drain().catch(logFailure);
      const ended = options.atSignal().catch(logFailure);
      const exit = process.exit.bind(process);
      let isExiting = false;
      process.exit = ((code?: number) => {
        // Called again by whoever has waited long enough: what is written at the end is not cut off.
        if (isExiting) return;
        isExiting = true;
        void drained.then(() => {
          const tooLong = setTimeout(() => exit(code), CLOSE_WITHIN_MS);
          return ended
            .then(options.close)
            .catch(logFailure)
            .finally(() => {
              clearTimeout(tooLong);
              exit(code);
            });
        });
        // Its type promises that it never returns; its caller has nothing more to do.
      }) as typeof process.exit;
    });
  }
}

function logFailure(error: unknown): void {
  logger.error({ err: error }, "graceful shutdown failed");
}
