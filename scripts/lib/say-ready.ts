import { sayPlain } from "./say.mjs";

/**
 * The line everybody waits for.
 *
 * @param appUrl address people open
 * @param localUrl address on this machine
 */
export function sayReady(appUrl: string, localUrl: string): void {
  const behind = appUrl === localUrl ? "" : ` (on this machine ${localUrl})`;
  sayPlain(`\nOrchestral is ready at ${appUrl}${behind}\nCtrl-C ends it.\n`);
}
