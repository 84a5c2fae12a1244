import "server-only";
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import type { ConstructorOptions } from "pg-boss";
import { acquireDataDirLock } from "@/lib/data-dir-lock";
import { environment } from "@/lib/env.server";
import { logger } from "@/lib/logger";
import { oncePerProcess } from "@/lib/once-per-process";
import { DatabaseUnreachable } from "./database-failure";
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
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  /** The same connection, in the form the job queue expects. */
  jobs: Pick<ConstructorOptions, "db" | "backend">;
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
  const { Pool } = await import("pg");
  const { drizzle } = await import("drizzle-orm/node-postgres");
  const pool = new Pool({ connectionString: postgresUrl(url), max: 12, connectionTimeoutMillis: 5_000 });
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
      // A connection that could not even begin is closed and not reused; for the others the pool knows which
      // broke.
      client.release(!hasBegun);
    }
  };
  return {
    db,
    query: (text, values) => pool.query(text, values),
    jobs: { db: { executeSql: (text, values) => pool.query(text, values) } },
    close: () => pool.end(),
  };
}

async function openEmbedded(dataDir: string): Promise<DatabaseConnection> {
  const { PGlite } = await import("@electric-sql/pglite");
  const { drizzle } = await import("drizzle-orm/pglite");
  const { fromPglite } = await import("pg-boss");
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  // PGlite has no lock between processes: a second opener silently loses writes.
  const lock = acquireDataDirLock(dataDir);
  try {
    const pglite = await PGlite.create(path.join(dataDir, "pglite"));
    await migrateDatabase(pglite);
    return {
      db: drizzle(pglite),
      query: (text, values) => pglite.query(text, values),
      jobs: { db: fromPglite(pglite), backend: "pglite" },
      close: async () => {
        await pglite.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
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
