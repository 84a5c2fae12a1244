import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { acquireDataDirLock } from "@/lib/data-dir-lock";
import { parseEnvironment } from "@/lib/env.server";
import { makePrivate } from "@/lib/private-files";
import { type Variables, withEnvFiles } from "../lib/env-files";
import { errorCode, LaunchError } from "../lib/launch-error";
import { say } from "../lib/say.mjs";

const USAGE = "Run it as: npm run vault -- dump --out <new file>, while no server runs.";

/** @throws LaunchError on what it does not know */
export function parseDumpArguments(args: readonly string[]): { out: string } {
  try {
    const { values } = parseArgs({ args: [...args], options: { out: { type: "string" } } });
    if (!values.out) throw new Error("Say where the dump goes.");
    return { out: values.out };
  } catch (error) {
    throw new LaunchError("usage", `${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

/**
 * Writes the rows of the embedded database into a file of SQL: only what is in the tables now, where
 * a copy of
 * the folder would hold whatever its files hold.
 *
 * @param root the installation: its .env and .env.local are read
 * @returns exit code
 * @throws LaunchError; DataDirLockedError while a server runs
 */
export async function dump(
  root: string,
  { out }: { out: string },
  given: Variables = process.env,
): Promise<number> {
  const { DATABASE_URL, DATA_DIR } = parseEnvironment(withEnvFiles(root, given));
  if (DATABASE_URL) {
    throw new LaunchError("vault_refused", "The database is on Postgres. Use pg_dump, as the runbook says.");
  }
  const dataDir = path.resolve(root, DATA_DIR);
  const folder = path.join(dataDir, "pglite");
  if (!existsSync(folder)) throw new LaunchError("vault_refused", `There is no database in ${dataDir}.`);
  const file = path.resolve(root, out);
  if (existsSync(file)) throw new LaunchError("vault_refused", `${file} exists. Name a new file.`);

  const lock = acquireDataDirLock(dataDir);
  try {
    const sql = await dumpOf(folder);
    writeWhole(file, sql);
    say("Dump", `${Math.ceil(sql.length / 1024)} kB in ${file} (readable by you only)`);
  } finally {
    lock.release();
  }
  say("Not in it", "the encryption keys and BETTER_AUTH_SECRET: keep them elsewhere");
  return 0;
}

async function dumpOf(folder: string): Promise<Buffer> {
  const [{ PGlite }, { pgDump }] = await Promise.all([
    import("@electric-sql/pglite"),
    import("@electric-sql/pglite-tools/pg_dump"),
  ]);
  const database = await PGlite.create(folder);
  try {
    const sql = await pgDump({ pg: database, args: ["--no-owner", "--no-privileges"] });
    return Buffer.from(await sql.arrayBuffer());
  } finally {
    await database.close();
    makePrivate(folder);
  }
}

/** Whole or not at all, and on the disk when it is there. */
function writeWhole(file: string, bytes: Buffer): void {
  const draft = `${file}.${process.pid}.draft`;
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const open = openSync(draft, "wx", 0o600);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(open, bytes, at);
      fsyncSync(open);
    } finally {
      closeSync(open);
    }
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new LaunchError("vault_refused", `${file} cannot be written (${errorCode(error)}).`, {
      cause: error,
    });
  }
}
