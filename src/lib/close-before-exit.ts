import "server-only";
import { logger } from "./logger";

/**
 * The launcher kills a server seven seconds after the signal; open requests get five of them. Both parts
 * share this.
 */
const CLOSE_WITHIN_MS = 1_500;

/**
 * On SIGINT and SIGTERM, Next waits for open requests and then ends the process with `process.exit`, without
 * a hook in between. What has to be written at the very end, when no request can add to it, is attached to
 * that call.
 *
 * @param options.atSignal work that is asked to end at the signal, and adds nothing once it has ended
 * @param options.close runs last, when that work has ended; both together are given up 1.5 seconds after Next
 *   would exit
 */
export function closeBeforeExit(options: {
  atSignal: () => Promise<void>;
  close: () => Promise<void>;
}): void {
  let ending = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      if (ending) return;
      ending = true;
      const ended = options.atSignal().catch(logFailure);
      const exit = process.exit.bind(process);
      process.exit = ((code?: number) => {
        process.exit = exit;
        const tooLong = setTimeout(() => exit(code), CLOSE_WITHIN_MS);
        ended
          .then(options.close)
          .catch(logFailure)
          .finally(() => {
            clearTimeout(tooLong);
            exit(code);
          });
        // Its type promises that it never returns; its caller has nothing more to do.
      }) as typeof process.exit;
    });
  }
}

function logFailure(error: unknown): void {
  logger.error({ err: error }, "graceful shutdown failed");
}
