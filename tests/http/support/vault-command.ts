import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { processEnv } from "../../../scripts/lib/children";
import { readEnvFiles } from "../../../scripts/lib/env-files";

const projectRoot = path.resolve(import.meta.dirname, "../../..");

export interface VaultCommandEnd {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command that hangs is ended, which no test takes for success. */
const PATIENCE_MS = 90_000;

/**
 * Runs `npm run vault -- <args>` as npm does, with these variables and no others.
 *
 * @param root the installation; this checkout by default, whose own settings are hidden
 */
export async function vaultCommand(
  args: readonly string[],
  env: Record<string, string>,
  root = projectRoot,
): Promise<VaultCommandEnd> {
  const hidden = Object.fromEntries(Object.keys(readEnvFiles(root)).map((name) => [name, ""]));
  const child = spawn(process.execPath, [path.join(root, "scripts/run.mjs"), "vault", ...args], {
    cwd: root,
    env: processEnv({ PATH: process.env.PATH, HOME: process.env.HOME, ...hidden, ...env }),
    stdio: ["ignore", "pipe", "pipe"],
    timeout: PATIENCE_MS,
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child, "close");
  return { code: child.exitCode, stdout, stderr };
}
