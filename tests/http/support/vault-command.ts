import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { expect } from "vitest";
import { vault } from "../../../scripts/commands/vault";
import { processEnv } from "../../../scripts/lib/children";
import { readEnvFiles } from "../../../scripts/lib/env-files";
import { LaunchError } from "../../../scripts/lib/launch-error";

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

/**
 * The same command without its process, for one installation a test file: settings are read once. One after
 * the other. The process adds its exit code and how it reports an error, which `vaultCommand` tests.
 */
export async function vaultInProcess(
  args: readonly string[],
  env: Record<string, string>,
  root = projectRoot,
): Promise<VaultCommandEnd> {
  const hidden = Object.keys(readEnvFiles(root)).map((name) => [name, ""]);
  Object.assign(process.env, Object.fromEntries(hidden), env);
  const { log, error } = console;
  let [stdout, stderr] = ["", ""];
  console.log = (line = "") => (stdout += `${line}\n`);
  console.error = (line = "") => (stderr += `${line}\n`);
  try {
    return { code: await vault(root, args), stdout, stderr };
  } catch (caught) {
    if (!(caught instanceof LaunchError)) throw caught;
    return { code: 1, stdout, stderr: stderr + caught.message };
  } finally {
    Object.assign(console, { log, error });
  }
}

/** The output of a refused command: a sentence or two, and no stack. */
export function refusal({ code, stdout, stderr }: VaultCommandEnd): string {
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).not.toMatch(/^\s+at /m);
  return stderr.trim();
}
