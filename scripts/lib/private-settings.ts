import { existsSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { isOpenToOthers, makePrivate } from "@/lib/private-files";
import { errorCode } from "./launch-error";
import { say } from "./say.mjs";

/** Settings whose value nobody else may read. */
const SECRET = /^\s*(?:export\s+)?(?:[A-Z0-9_]*(?:KEYS?|SECRET|TOKEN|PIN|PASSWORD)|DATABASE_URL)\s*=\s*\S/m;

/** Makes settings files that hold a secret readable by their owner only, and says so. */
export function makeSettingsPrivate(files: readonly string[]): void {
  for (const file of files) {
    if (existsSync(file) && SECRET.test(readFileSync(file, "utf8")))
      makePrivateAndSay(file, path.basename(file));
  }
}

/**
 * Makes a file or folder with secrets readable by its owner only, and says so if it was open to
 * other users of
 * the machine. One that belongs to another user stays as it is, and that is said too.
 */
export function makePrivateAndSay(place: string, shown: string): void {
  const real = realpathSync(place);
  const wasOpen = isOpenToOthers(real);
  try {
    makePrivate(real);
    if (wasOpen) say("Note", `${shown} was open to other users of this machine; now only you can read it`);
  } catch (error) {
    say("Note", `${shown} is open to other users of this machine and cannot be closed (${errorCode(error)})`);
  }
}
