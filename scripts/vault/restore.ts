import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { acquireDataDirLock } from "@/lib/data-dir-lock";
import { parseEnvironment } from "@/lib/env.server";
import { makePrivate } from "@/lib/private-files";
import { type Variables, withEnvFiles } from "../lib/env-files";
import { errorCode, LaunchError } from "../lib/launch-error";
import { say } from "../lib/say.mjs";

const USAGE = "Run it as: npm run vault -- restore --from <dump>, into a DATA_DIR without a database.";

/** @throws LaunchError on what it does not know */
export function parseRestoreArguments(args: readonly string[]): { from: string } {
  try {
    const { values } = parseArgs({ args: [...args], options: { from: { type: "string" } } });
    if (!values.from) throw new Error("Name the dump.");
    return { from: values.from };
  } catch (error) {
    throw new LaunchError("usage", `${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

/**
 * Makes the embedded database from a dump, whole or not at all.
 *
 * @param root the installation: its .env and .env.local are read
 * @returns exit code
 * @throws LaunchError; DataDirLockedError while a server runs
 */
export async function restore(
  root: string,
  { from }: { from: string },
  given: Variables = process.env,
): Promise<number> {
  const { DATABASE_URL, DATA_DIR } = parseEnvironment(withEnvFiles(root, given));
  if (DATABASE_URL) {
    throw new LaunchError("vault_refused", "The database is on Postgres. Use psql, as the runbook says.");
  }
  const dataDir = path.resolve(root, DATA_DIR);
  const folder = path.join(dataDir, "pglite");
  if (existsSync(folder)) {
    throw new LaunchError(
      "vault_refused",
      `${dataDir} holds a database. Move it away first, or set DATA_DIR to another folder.`,
    );
  }
  const sql = readDump(path.resolve(root, from));
  const lock = acquireDataDirLock(dataDir);
  const draft = `${folder}.restoring`;
  try {
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    await fill(draft, sql);
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  } finally {
    lock.release();
  }
  say("Restored", folder);
  say("Next", "npm run vault -- accept-audit-head if this server has run before; then npm start");
  return 0;
}

function readDump(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new LaunchError("vault_refused", `${file} cannot be read (${errorCode(error)}).`, { cause: error });
  }
}

async function fill(folder: string, sql: string): Promise<void> {
  const { PGlite } = await import("@electric-sql/pglite");
  const database = await PGlite.create(folder);
  try {
    await database.exec(sql);
  } catch (error) {
    throw new LaunchError(
      "vault_refused",
      "The file is not a whole dump of this product's database. Nothing was restored.",
      { cause: error },
    );
  } finally {
    await database.close();
    makePrivate(folder);
  }
}
