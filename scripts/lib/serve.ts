import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Environment } from "@/lib/env.server";
import { keepFilesPrivate } from "@/lib/private-files";
import { NEXT_CLI } from "./build-if-stale";
import { describeEnd, isEnding, isRunning, startNode } from "./children";
import { compiledProgram, SERVER } from "./compile.mjs";
import type { Variables } from "./env-files";
import { codeCacheOf } from "./kept-builds";
import { LaunchError } from "./launch-error";
import { memorySettings } from "./memory-settings";
import { say, stopwatch } from "./say.mjs";

const LABEL = "Server";
const POLL_MS = 150;
const READY_WITHIN_MS = 120_000;
/** A server that reports "unhealthy" for this long will not recover. */
const UNHEALTHY_FOR_MS = 5_000;
/** Next's banner; the launcher prints the URL itself. */
const BANNER = /^\s*(▲|- (Local|Network|Environments|Experiments)|✓ |○ Compiling|$)/;

/** The build, or a development server. */
export type ServeMode = "start" | "dev";

export interface ServeOptions {
  root: string;
  mode: ServeMode;
  environment: Pick<Environment, "HOST" | "PORT" | "DRAIN_SECONDS">;
  /** URL of the server on this machine. */
  localUrl: string;
  env: Variables;
}

/**
 * Starts the web server and waits until it is healthy: pages can be served and the database answers.
 *
 * @returns the running server
 * @throws LaunchError server_failed, after the server's output was printed
 */
export async function serve(options: ServeOptions): Promise<ChildProcess> {
  const elapsed = stopwatch();
  const { environment } = options;
  // Inherited by the server, also for what it writes before our code runs in it.
  keepFilesPrivate();
  const memory = memorySettings(options.env);
  const program =
    options.mode === "dev"
      ? [NEXT_CLI, "dev"]
      : [...memory.flags, ...(await compiledProgram(options.root, SERVER))];
  const child = startNode(
    [...program, "--hostname", environment.HOST, "--port", String(environment.PORT)],
    {
      ...(options.mode === "start" &&
        codeCacheOf(path.join(options.root, options.env.NEXT_DIST_DIR || ".next"))),
      ...options.env,
      ...(options.mode === "start" && memory.env),
      NODE_ENV: options.mode === "dev" ? "development" : "production",
      NEXT_TELEMETRY_DISABLED: "1",
      MASTRA_TELEMETRY_DISABLED: "1",
    },
    options.root,
    { drainMs: environment.DRAIN_SECONDS * 1000 },
  );
  if (options.mode === "dev") say(LABEL, "starting; pages are compiled when they are first opened ...");
  const output = holdBackOutput(child);
  const problem = await healthProblem(child, `${options.localUrl}/api/health`);
  output.release();
  if (problem && !isEnding()) throw new LaunchError("server_failed", problem);
  if (!problem) say(LABEL, `ready in ${elapsed()}`);
  return child;
}

/**
 * Buffers the server's output until it is ready (or has failed), so that the start reads as one list. Then
 * passes it on.
 */
function holdBackOutput(child: ChildProcess): { release(): void } {
  let held: string[] | undefined = [];
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    from?.setEncoding("utf8").on("data", (text: string) => {
      if (held) held.push(text);
      else to.write(text);
    });
  }
  return {
    release() {
      const lines = (held ?? []).join("").split("\n");
      held = undefined;
      const worthReading = lines.filter((line) => !BANNER.test(line));
      if (worthReading.length > 0) process.stderr.write(`${worthReading.join("\n")}\n`);
    },
  };
}

/** Polls until the server is healthy. @returns the sentence to print if it does not become healthy */
async function healthProblem(child: ChildProcess, url: string): Promise<string | undefined> {
  const begin = performance.now();
  let unhealthySince: number | undefined;
  while (performance.now() - begin < READY_WITHIN_MS) {
    if (!isRunning(child)) return `The server ended before it was ready (${describeEnd(child)}).`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(READY_WITHIN_MS) }).catch(() => undefined);
    if (answer?.ok) return undefined;
    if (answer) {
      unhealthySince ??= performance.now();
      if (performance.now() - unhealthySince > UNHEALTHY_FOR_MS) {
        return `The server started but is not healthy: ${url} answers ${answer.status} ${(await answer.text()).slice(0, 300)}`;
      }
    }
    await pause(POLL_MS);
  }
  return `The server did not answer at ${url} within ${READY_WITHIN_MS / 1000} seconds.`;
}
