import { existsSync } from "node:fs";
import path from "node:path";
import { parseEnvironment } from "@/lib/env.server";
import { EnvironmentError } from "@/lib/environment-error";
import { type Variables, withEnvFiles } from "../lib/env-files";
import { LaunchError } from "../lib/launch-error";
import { say } from "../lib/say.mjs";
import { openVaultConsole } from "./open-vault-console";
import type { KeyBackupEvent } from "./vault-console";

/**
 * Writes a record to the audit trail if the database is available: on Postgres, or the embedded one while no
 * server has it open. Otherwise it prints a notice and the command continues: shares are needed most when the
 * rest is broken. Creates no database, because a restore needs an empty folder.
 */
export async function recordKeyBackup(root: string, given: Variables, event: KeyBackupEvent): Promise<void> {
  const obstacle = await record(root, given, event).catch(sentenceOf);
  if (obstacle === null) say("Recorded", `${event.action}, in the audit trail`);
  else say("Not recorded", `in the audit trail: ${obstacle}`);
}

/** @returns null if recorded, else the reason why not */
async function record(root: string, given: Variables, event: KeyBackupEvent): Promise<string | null> {
  const { DATABASE_URL, DATA_DIR } = parseEnvironment(withEnvFiles(root, given));
  if (DATABASE_URL === undefined && !existsSync(path.resolve(root, DATA_DIR, "pglite"))) {
    return "there is no database here";
  }
  const vault = await openVaultConsole(root, given);
  try {
    return (await vault.record(event)) ? null : "the server that runs has the database open";
  } finally {
    await vault.close();
  }
}

/** Only our errors are shown: a failed query quotes its values. */
function sentenceOf(error: unknown): string {
  const isOurs = error instanceof LaunchError || error instanceof EnvironmentError;
  return isOurs ? error.message : "the database cannot be opened";
}
