import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { controlStandIn } from "../../demo/stand-in/control-client";
import { compiledProgram } from "../../scripts/lib/compile.mjs";

export type StandInProcess = ReturnType<typeof controlStandIn> & { url: string; stop(): Promise<void> };

const root = path.resolve(import.meta.dirname, "../..");

/**
 * Runs the provider stand-in as a separate process, which the product reaches over the network, like a
 * provider.
 */
export async function startStandInProcess(args: string[] = ["--pace", "instant"]): Promise<StandInProcess> {
  const program = await compiledProgram(root, "demo/stand-in/main.ts");
  // It ends when its stdin closes, so it never outlives a test run.
  const child = spawn(process.execPath, [...program, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const { url } = JSON.parse(line) as { url: string };
  return {
    url,
    ...controlStandIn(url),
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}
