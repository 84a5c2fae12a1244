import path from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import type { Pool, PoolClient } from "pg";

/** Same number everywhere, so that two servers starting on one Postgres migrate one after the other. */
const MIGRATION_LOCK = 7_261_004;

/**
 * Applies the migrations in `migrations/` that the database has not seen. Forward only; safe to start twice
 * at once.
 *
 * @param target a Postgres pool or an open PGlite
 * @throws the driver's error when a migration fails; the failed file is rolled back
 */
export async function migrateDatabase(target: Pool | PGlite): Promise<void> {
  const folder = { migrationsFolder: path.resolve("migrations") };
  if (!isPool(target)) {
    const { drizzle } = await import("drizzle-orm/pglite");
    const { migrate } = await import("drizzle-orm/pglite/migrator");
    await migrate(drizzle(target), folder);
    return;
  }
  const { drizzle } = await import("drizzle-orm/node-postgres");
  const { migrate } = await import("drizzle-orm/node-postgres/migrator");
  await holdingLock(target, () => migrate(drizzle(target), folder));
}

/**
 * The lock belongs to a transaction of its own. A session's lock could stay behind for good: a pooler in
 * transaction mode (pgbouncer) gives `unlock` another server connection than `lock`, and every later start
 * would wait for it.
 */
async function holdingLock(pool: Pool, work: () => Promise<void>): Promise<void> {
  const holder = await pool.connect();
  try {
    await begin(holder);
    await work();
    await holder.query("commit");
    holder.release();
  } catch (error) {
    // Closing the connection ends its transaction, in whatever state it is.
    holder.release(true);
    throw error;
  }
}

async function begin(holder: PoolClient): Promise<void> {
  await holder.query("begin");
  // The migrations run on another connection meanwhile, and this one is idle for as long as they take.
  await holder.query("set local idle_in_transaction_session_timeout = 0");
  await holder.query("select pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
}

function isPool(target: Pool | PGlite): target is Pool {
  return "totalCount" in target;
}
