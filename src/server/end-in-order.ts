import type { Server } from "node:http";

/** What a shell reports for a program that a signal ended. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * On SIGINT and SIGTERM: takes no more connections, lets open requests end, and then ends the process with
 * `process.exit`. What has to be written after the last request is attached to that call
 * (lib/close-before-exit.ts).
 *
 * @param close ends what serves requests, when none is open any more
 */
export function endInOrder(server: Server, close: () => Promise<void>): void {
  let isEnding = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (isEnding) return;
      isEnding = true;
      closeAfterUse(server, () => {
        close()
          .catch(() => undefined)
          .finally(() => process.exit(EXIT_CODES[signal]));
      });
    });
  }
}

/**
 * Closes a server when its open requests have ended. `close` alone leaves connections open that are in use,
 * and a client that asks again and again over one of them would keep the server from ending.
 */
export function closeAfterUse(server: Server, closed: () => void): void {
  server.prependListener("request", (_incoming, outgoing) => {
    outgoing.setHeader("connection", "close");
  });
  server.close(closed);
}
