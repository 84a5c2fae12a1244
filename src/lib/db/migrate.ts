import path from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import type { Pool } from "pg";

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
  const client = await target.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    try {
      await migrate(drizzle(client), folder);
    } finally {
      await client.query("select pg_advisory_unlock($1)", [MIGRATION_LOCK]);
    }
  } finally {
    client.release();
  }
}

function isPool(target: Pool | PGlite): target is Pool {
  return "totalCount" in target;
}
