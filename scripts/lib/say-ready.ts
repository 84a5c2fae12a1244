import { sayPlain } from "./say.mjs";

/**
 * Prints that the server is ready.
 *
 * @param appUrl URL people open
 * @param localUrl URL on this machine
 */
export function sayReady(appUrl: string, localUrl: string): void {
  const behind = appUrl === localUrl ? "" : ` (on this machine ${localUrl})`;
  sayPlain(`\nOrchestral is ready at ${appUrl}${behind}\nCtrl-C ends it.\n`);
}
