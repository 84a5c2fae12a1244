import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { processEnv } from "../../scripts/lib/children";

/** Folder of package.json. */
export const root = path.resolve(import.meta.dirname, "../..");

export interface CommandEnd {
  code: number | null;
  /** Standard output and standard error, as a person sees them. */
  output: string;
}

/** A start that should fail does so before it builds; one that gets further is ended here. */
const PATIENCE_MS = 90_000;

/**
 * Runs `node scripts/run.mjs` as npm does, with this environment and nothing else of ours.
 *
 * @param env variables; PATH and HOME are added
 */
export async function runCommand(args: readonly string[], env: Record<string, string>): Promise<CommandEnd> {
  const child = spawn(process.execPath, ["scripts/run.mjs", ...args], {
    cwd: root,
    env: processEnv({ PATH: process.env.PATH, HOME: process.env.HOME, ...env }),
    stdio: ["ignore", "pipe", "pipe"],
    timeout: PATIENCE_MS,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await once(child, "close");
  return { code: child.exitCode, output };
}
