import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Variables } from "./env-files";

/**
 * Starts and ends the processes of a command. Each leads its own process group, so that Ctrl-C reaches only
 * the launcher, which controls the order of shutdown, and so that their own children can be ended with them.
 */

/** A child exits within five seconds of SIGTERM (end-with-parent.mjs); this is for one that hangs. */
const KILL_AFTER_MS = 7_000;

/** The children that run, and how long each may take to end beyond that. */
const running = new Map<ChildProcess, { drainMs: number }>();
let ending = false;

/** Whether the children are being ended on purpose: then a child's exit is not a failure. */
export function isEnding(): boolean {
  return ending;
}

export function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** Next's types require NODE_ENV in every ProcessEnv; a child may be started without it. */
export function processEnv(variables: Variables): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of Object.keys(env)) Reflect.deleteProperty(env, name);
  return Object.assign(env, variables);
}

/**
 * Starts a program that ends when this process ends.
 *
 * @param stdio as for `spawn`
 */
export function startChild(
  command: string,
  args: readonly string[],
  {
    drainMs = 0,
    ...options
  }: { env: Variables; stdio: SpawnOptions["stdio"]; cwd?: string; drainMs?: number },
): ChildProcess {
  if (ending) throw new Error("no child is started while all are being ended");
  const child = spawn(command, args, { ...options, env: processEnv(options.env), detached: true });
  running.set(child, { drainMs });
  child.once("exit", () => {
    running.delete(child);
    // Its remaining children.
    signalGroup(child, "SIGKILL");
  });
  child.once("error", () => running.delete(child));
  return child;
}

const exitWithParent = path.join(import.meta.dirname, "end-with-parent.mjs");

/**
 * Starts a Node program that ends with this process, even if this process is killed. Its output is piped.
 *
 * @param options.drainMs how much longer it may take to end when asked: a server that lets answers end
 */
export function startNode(
  args: readonly string[],
  env: Variables,
  cwd: string,
  options: { drainMs?: number } = {},
): ChildProcess {
  return startChild(process.execPath, [`--import=${exitWithParent}`, ...args], {
    cwd,
    env: { ...env, ORCHESTRAL_LAUNCHER_PID: String(process.pid) },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    ...options,
  });
}

/** Waits for a child to end. 0 is success; a child ended by a signal counts as failed. */
export async function exitCodeOf(child: ChildProcess): Promise<number> {
  if (isRunning(child)) await once(child, "exit");
  return child.exitCode ?? 1;
}

/** How a child ended, in words: "exit code 3". */
export function describeEnd(child: ChildProcess): string {
  if (child.signalCode === "SIGKILL") return "killed, perhaps because memory ran out";
  return child.signalCode ? `signal ${child.signalCode}` : `exit code ${child.exitCode}`;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The whole group is gone already.
  }
}

async function endChild(child: ChildProcess, { drainMs }: { drainMs: number }): Promise<void> {
  if (!isRunning(child)) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), KILL_AFTER_MS + drainMs);
  await ended;
  clearTimeout(timer);
}

/** How long ending them all may take at most. */
export function endingWithinMs(): number {
  return [...running.values()].reduce((sum, { drainMs }) => sum + KILL_AFTER_MS + drainMs, 0);
}

/** Ends all children, the newest first: the server before its dependencies. */
export async function endChildren(): Promise<void> {
  ending = true;
  for (const [child, limits] of [...running].toReversed()) await endChild(child, limits);
}

/** Kills all children immediately. */
export function killChildren(): void {
  for (const child of running.keys()) signalGroup(child, "SIGKILL");
}
