import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseEnv } from "node:util";
import { providerBaseUrls } from "../../demo/stand-in/base-urls";
import { compiledProgram, SERVER } from "../../scripts/lib/compile.mjs";
import { codeCacheOf } from "../../scripts/lib/kept-builds";
import { memorySettings } from "../../scripts/lib/memory-settings";
import { freePort } from "./real-postgres";
import { TEST_LIMITS } from "./test-limits";

/**
 * The built product as a separate process, as `npm start` serves it: on SIGTERM it ends within some seconds.
 */
export interface AppServer {
  url: string;
  /** Everything the process wrote to stdout and stderr so far. */
  output(): string;
  /** Folder of the embedded database; empty when DATABASE_URL was given. */
  dataDir: string;
  pid: number;
  /** Asks it to end (SIGTERM) and waits until it has. */
  stop(): Promise<void>;
  /** Kills it at once (SIGKILL), without a graceful shutdown. */
  kill(): Promise<void>;
}

const root = path.resolve(import.meta.dirname, "../..");

/**
 * Nothing answers on port 9 (discard): a provider a test does not name is never reached, least of all the
 * real one.
 */
const NO_PROVIDERS = providerBaseUrls("http://127.0.0.1:9");

/** A free port is rarely taken a moment later; twice means another fault. */
const TRIES = 3;

/**
 * Serves the production build, on a free port unless one is asked for.
 *
 * @param env variables beyond the generated secrets, for example `DATABASE_URL` and `ANTHROPIC_BASE_URL`
 * @throws when there is no build, or the server does not become healthy
 */
export async function startAppServer(
  env: Record<string, string>,
  options: { port?: number } = {},
): Promise<AppServer> {
  const distDir = process.env.NEXT_DIST_DIR ?? ".next";
  if (!existsSync(path.join(root, distDir, "BUILD_ID")))
    throw new Error(`no production build in ${distDir}: run npm run build`);
  if (options.port !== undefined) return serve(distDir, env, options.port);
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    try {
      return await serve(distDir, env, port);
    } catch (error) {
      if (tries >= TRIES || !String(error).includes("EADDRINUSE")) throw error;
      console.warn(`Port ${port} was taken before the server under test had it; another one is tried.`);
    }
  }
}

async function serve(distDir: string, env: Record<string, string>, port: number): Promise<AppServer> {
  const url = `http://127.0.0.1:${port}`;
  const dataDir = env["DATA_DIR"] ?? mkdtempSync(path.join(tmpdir(), "orchestral-data-"));
  const memory = memorySettings(env);
  const child = spawn(
    process.execPath,
    [
      `--import=${path.join(root, "scripts/lib/end-with-parent.mjs")}`,
      ...memory.flags,
      ...(await compiledProgram(root, SERVER)),
      `--port=${port}`,
      "--hostname=127.0.0.1",
      // A connection that the server closes as idle while a busy client writes to it would look like a
      // failure.
      "--keepAliveTimeout=600000",
    ],
    {
      cwd: root,
      env: {
        // Set and empty, which counts as not set: Next would otherwise take them from a developer's own
        // .env.local.
        ...namesOfEnvFiles(),
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        NODE_ENV: "production",
        NEXT_TELEMETRY_DISABLED: "1",
        ...codeCacheOf(path.join(root, distDir)),
        NEXT_DIST_DIR: distDir,
        ORCHESTRAL_LAUNCHER_PID: String(process.pid),
        PORT: String(port),
        APP_URL: url,
        DATA_DIR: dataDir,
        ENCRYPTION_KEYS: `k1:${randomBytes(32).toString("hex")}`,
        BETTER_AUTH_SECRET: randomBytes(32).toString("hex"),
        ...NO_PROVIDERS,
        ...TEST_LIMITS,
        ...memory.env,
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  // Decoded each on its own: a character may be cut between two pieces, and a line between the other
  // stream's.
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const output = () => stdout + stderr;
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  const closed = new Promise((resolve) => child.once("close", resolve));
  const isHealthy = await untilHealthy(url, child, () => stdout !== "");
  if (!isHealthy) {
    child.kill("SIGKILL");
    // With all its output, which may arrive after its exit.
    await closed;
    process.removeListener("exit", killWithUs);
    const end = `and ended with ${child.exitCode ?? child.signalCode}`;
    throw new Error(`the server did not become healthy ${end}:\n${output()}`);
  }
  const end = async (signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
    process.removeListener("exit", killWithUs);
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill(signal);
      await ended;
    }
  };
  return {
    url,
    output,
    dataDir,
    pid: child.pid ?? 0,
    kill: () => end("SIGKILL"),
    async stop() {
      await end("SIGTERM");
      if (!env["DATA_DIR"]) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function namesOfEnvFiles(): Record<string, string> {
  const files = [".env", ".env.local", ".env.production", ".env.production.local"].map((name) =>
    path.join(root, name),
  );
  const names = files
    .filter((file) => existsSync(file))
    .flatMap((file) => Object.keys(parseEnv(readFileSync(file, "utf8"))));
  return Object.fromEntries(names.map((name) => [name, ""]));
}

const HEALTHY_MS = 180_000;

/**
 * @param speaks whether it has printed its address; before that, another process answers there
 * @returns whether it became healthy; not when it ended, or time is up
 */
async function untilHealthy(url: string, child: ChildProcess, speaks: () => boolean): Promise<boolean> {
  for (const deadline = Date.now() + HEALTHY_MS; Date.now() < deadline; await wait(50)) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    // Something silent may listen there.
    const signal = AbortSignal.timeout(10_000);
    const healthy = await fetch(`${url}/api/health`, { signal }).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy && speaks()) return true;
  }
  return false;
}
