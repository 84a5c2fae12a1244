import { readFileSync } from "node:fs";
import path from "node:path";
import { CONTROL_FILE } from "@/domain/vault/control-channel";
import { assertDataDirIsFree, DataDirLockedError } from "@/lib/data-dir-lock";
import { parseEnvironment } from "@/lib/env.server";
import { checkDataDir } from "../lib/check-data-dir";
import { checkDatabase } from "../lib/check-database";
import { type Variables, withEnvFiles } from "../lib/env-files";
import { LaunchError } from "../lib/launch-error";
import { controlFileSchema, serverConsole } from "./server-console";
import type { VaultConsole } from "./vault-console";

/**
 * Opens the vault of this installation: Postgres directly; the embedded database through the server that has
 * it open, or directly if none has.
 *
 * @param root the installation
 * @param given the process's own variables, which win over .env and .env.local
 * @throws EnvironmentError, EncryptionConfigError, LaunchError
 */
export async function openVaultConsole(root: string, given: Variables): Promise<VaultConsole> {
  const variables = withEnvFiles(root, given);
  const environment = parseEnvironment(variables);
  const dataDir = path.resolve(root, environment.DATA_DIR);
  if (environment.DATABASE_URL) {
    return direct(variables, dataDir, `on Postgres at ${await checkDatabase(environment.DATABASE_URL)}`);
  }
  try {
    assertDataDirIsFree(dataDir);
  } catch (error) {
    if (!(error instanceof DataDirLockedError)) throw error;
    return serverConsole(readControlFile(dataDir, error));
  }
  checkDataDir(dataDir);
  return direct(variables, dataDir, `on the embedded database in ${dataDir}; no server runs`);
}

async function direct(variables: Variables, dataDir: string, way: string): Promise<VaultConsole> {
  // The product reads its settings only from the process's environment.
  Object.assign(process.env, variables, {
    DATA_DIR: dataDir,
    LOG_LEVEL: variables["LOG_LEVEL"] || "error",
    ORCHESTRAL_LOG_ON_STDERR: "1",
  });
  const { directConsole } = await import("./direct-console");
  return directConsole(way);
}

function readControlFile(dataDir: string, locked: DataDirLockedError) {
  try {
    return controlFileSchema.parse(JSON.parse(readFileSync(path.join(dataDir, CONTROL_FILE), "utf8")));
  } catch (cause) {
    throw new LaunchError(
      "vault_unreachable",
      `The embedded database is open in process ${locked.pid}, and has one owner at a time; that process takes no orders from here (it is no server, is still starting, or runs as another user). Try again when it is ready, or stop it.`,
      { cause },
    );
  }
}
