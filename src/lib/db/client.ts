import "server-only";
import { mkdirSync, realpathSync } from "node:fs";
import path from "node:path";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import type { ConstructorOptions } from "pg-boss";
import { acquireDataDirLock } from "@/lib/data-dir-lock";
import { environment } from "@/lib/env.server";
import { logger } from "@/lib/logger";
import { oncePerProcess, outsideRequests } from "@/lib/once-per-process";
import { isOpenToOthers, keepFilesPrivate, makePrivate } from "@/lib/private-files";
import { DatabaseUnreachable } from "./database-failure";
import { eraseFreedSecrets, keepNoOldWal } from "./embedded-erasure";
import { migrateDatabase } from "./migrate";
import { postgresUrl } from "./postgres-url";

export type Database = PgDatabase<PgQueryResultHKT>;

export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

/**
 * The open database: the query builder, a plain query for libraries with their own SQL, and a way to close
 * it.
 */
export interface DatabaseConnection {
  db: Database;
  query: (text: string, values?: unknown[]) => Promise<{ rows: unknown[] }>;
  /**
   * Listens to a channel of the database (LISTEN), over a connection of its own. Null for the embedded
   * database, which has one process. Behind a pooler that gives each transaction another connection nothing
   * is heard.
   *
   * @param options.lost called once if the connection breaks
   * @returns a query in the connection's session
   */
  listen:
    | ((
        channel: string,
        options: { heard: (payload: string) => void; lost: () => void },
      ) => Promise<(text: string, values: unknown[]) => Promise<unknown>>)
    | null;
  /** The same connection, in the form the job queue expects. */
  jobs: Pick<ConstructorOptions, "db" | "backend">;
  /**
   * Erases deleted and replaced secrets from the files of the embedded database; a Postgres server does that
   * in its own time (docs/runbooks/back-up-and-restore.md).
   *
   * @param options.always also if nothing was deleted or replaced since the last time
   */
  erase(options?: { always?: boolean }): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the database this environment names, brings its schema up to date and returns it. The only opener:
 * `DATABASE_URL` is a Postgres server, without it PGlite runs embedded in `DATA_DIR`.
 *
 * @throws DataDirLockedError when another process has the embedded database open
 */
export async function openDatabase(): Promise<DatabaseConnection> {
  const { DATABASE_URL, DATA_DIR } = environment();
  return DATABASE_URL === undefined ? openEmbedded(path.resolve(DATA_DIR)) : openPostgres(DATABASE_URL);
}

async function openPostgres(url: string): Promise<DatabaseConnection> {
  const { Client, Pool } = await import("pg");
  const { drizzle } = await import("drizzle-orm/node-postgres");
  // A connection is opened by the request that needs one more, and outlives it.
  class LastingClient extends Client {
    override connect(): Promise<this>;
    override connect(callback: (error: Error) => void): void;
    override connect(callback?: (error: Error) => void): Promise<this> | void {
      return outsideRequests(() => (callback ? super.connect(callback) : super.connect())) as Promise<this>;
    }
  }
  const pool = new Pool({
    connectionString: postgresUrl(url),
    max: 12,
    connectionTimeoutMillis: 5_000,
    Client: LastingClient,
  });
  // Without a listener, a connection that breaks while idle would end the process.
  pool.on("error", (error) => logger.error({ err: error }, "an idle database connection broke"));
  // The same while it is in use: its user gets the failure of the query.
  pool.on("connect", (client) => {
    client.on("error", (error) => logger.error({ err: error }, "a database connection broke"));
  });
  await migrateDatabase(pool);
  const db = drizzle(pool);
  // drizzle's own returns a connection to the pool only once BEGIN was answered (node-postgres/session.js):
  // each one that the server ends before that would be lost to the pool permanently.
  db.transaction = async (work, config) => {
    const client = await pool.connect().catch((cause: unknown) => {
      throw new DatabaseUnreachable("no connection to the database", { cause });
    });
    let hasBegun = false;
    try {
      return await drizzle(client).transaction((tx) => {
        hasBegun = true;
        return work(tx);
      }, config);
    } finally {
      // The pool times how long it is idle, which must not keep this request in memory either.
      // A connection that could not even begin is closed and not reused; for the others the pool knows which
      // broke.
      outsideRequests(() => client.release(!hasBegun));
    }
  };
  const listeners = new Set<InstanceType<typeof Client>>();
  return {
    db,
    query: (text, values) => pool.query(text, values),
    listen: async (channel, { heard, lost }) => {
      const client = new LastingClient({
        connectionString: postgresUrl(url),
        connectionTimeoutMillis: 5_000,
        keepAlive: true,
      });
      client.on("error", (error) => logger.warn({ err: error }, "the connection that listens broke"));
      client.on("notification", ({ payload = "" }) => heard(payload));
      client.once("end", () => {
        if (listeners.delete(client)) lost();
      });
      await client.connect();
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
      listeners.add(client);
      return (text, values) => client.query(text, values);
    },
    jobs: { db: { executeSql: (text, values) => pool.query(text, values) } },
    erase: async () => undefined,
    close: async () => {
      const open = [...listeners];
      listeners.clear();
      await Promise.all([...open.map((client) => client.end()), pool.end()]);
    },
  };
}

/**
 * Postgres would take 128 MB for its cache of pages, inside the server and for good. Behind it are files that
 * the operating system caches.
 */
const EMBEDDED_SETTINGS = ["-c", "shared_buffers=16MB"];

async function openEmbedded(dataDir: string): Promise<DatabaseConnection> {
  const { PGlite } = await import("@electric-sql/pglite");
  const { drizzle } = await import("drizzle-orm/pglite");
  const { fromPglite } = await import("pg-boss");
  keepFilesPrivate();
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  // PGlite has no lock between processes: a second opener silently loses writes.
  const lock = acquireDataDirLock(dataDir);
  try {
    const folder = path.join(dataDir, "pglite");
    const pglite = await PGlite.create(folder, {
      startParams: [...PGlite.defaultStartParams, ...EMBEDDED_SETTINGS],
    });
    // It unpacks its first files with a mode of its own, whatever the process says.
    closeToOthers(dataDir);
    await keepNoOldWal(pglite);
    await migrateDatabase(pglite);
    // What a killed process could not erase any more.
    await eraseFreedSecrets(pglite, folder).catch((error: unknown) =>
      logger.error({ err: error }, "deleted secrets could not be erased from the files; will retry"),
    );
    return {
      db: drizzle(pglite),
      query: (text, values) => pglite.query(text, values),
      listen: null,
      jobs: { db: fromPglite(pglite), backend: "pglite" },
      erase: (options) => eraseFreedSecrets(pglite, folder, options),
      close: async () => {
        try {
          await eraseFreedSecrets(pglite, folder);
        } catch (error) {
          logger.warn({ err: error }, "deleted secrets will be erased from the files at the next start");
        }
        await pglite.close();
        closeToOthers(folder);
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function closeToOthers(folder: string): void {
  const real = realpathSync(folder);
  const wasOpen = isOpenToOthers(real);
  try {
    makePrivate(real);
    if (wasOpen) logger.warn({ folder }, "a folder was open to other users; now only its owner can read it");
  } catch (error) {
    logger.warn({ err: error, folder }, "a folder is open to other users, and cannot be closed");
  }
}

const shared = oncePerProcess("database", openDatabase);

/** The process-wide connection, opened on first use. After a failure the next caller tries again. */
export function databaseConnection(): Promise<DatabaseConnection> {
  return shared.get();
}

/** The query builder of the process-wide connection. */
export async function database(): Promise<Database> {
  return (await databaseConnection()).db;
}

/** Closes the process-wide connection, if it was opened. */
export async function closeDatabase(): Promise<void> {
  const open = await shared.drop()?.catch(() => undefined);
  await open?.close();
}
