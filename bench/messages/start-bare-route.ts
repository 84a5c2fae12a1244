import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { compiledProgram } from "../../scripts/lib/compile.mjs";

/** Starts the bare route (bare-route.ts) as a process of its own. */
export async function startBareRoute(
  env: Record<string, string>,
): Promise<{ url: string; pid: number; stop(): void }> {
  const root = path.resolve(import.meta.dirname, "../..");
  const child = spawn(process.execPath, await compiledProgram(root, "bench/messages/bare-route.ts"), {
    stdio: ["pipe", "pipe", "inherit"],
    env: { PATH: process.env.PATH, NODE_ENV: "production", ...env },
  });
  const [port] = (await once(createInterface(child.stdout), "line")) as [string];
  return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, stop: () => child.kill() };
}
