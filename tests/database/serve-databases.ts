import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { Pool } from "pg";
import type { TestProject } from "vitest/node";
import { migrateDatabase } from "@/lib/db/migrate";
import { contentHash } from "../../scripts/lib/content-hash";
import { startRealPostgres } from "../support/real-postgres";

declare module "vitest" {
  interface ProvidedContext {
    /** Of an empty database of the one Postgres that all files share. */
    postgresUrl: string;
    /** Name of the template database there: every migration, no rows. */
    migratedTemplate: string;
    /** Folder of an embedded template database of the same kind. */
    embeddedTemplate: string;
  }
}

/**
 * Once for all database tests: a Postgres server, and a database of either kind with the migrations applied.
 */
export default async function serveDatabases(project: TestProject): Promise<() => Promise<void>> {
  const [postgres, embedded] = await Promise.all([startRealPostgres(), embeddedTemplate()]);
  const template = await postgres.createDatabase();
  const pool = new Pool({ connectionString: template, max: 2 });
  await migrateDatabase(pool);
  await pool.end();
  project.provide("postgresUrl", await postgres.createDatabase());
  project.provide("migratedTemplate", new URL(template).pathname.slice(1));
  project.provide("embeddedTemplate", embedded);
  return () => postgres.stop();
}

/** Created once per state of the migrations: PGlite takes seconds to create its first files. */
async function embeddedTemplate(): Promise<string> {
  const inputs = [
    "migrations/**/*",
    "src/lib/db/migrate.ts",
    "node_modules/@electric-sql/pglite/package.json",
  ];
  const folder = path.resolve("node_modules/.cache/orchestral/embedded", contentHash(".", inputs));
  if (existsSync(folder)) return folder;
  mkdirSync(path.dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}-`);
  const embedded = await PGlite.create(draft);
  await migrateDatabase(embedded);
  await embedded.close();
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another run may have created it in the meantime.
    if (!existsSync(folder)) throw error;
    rmSync(draft, { recursive: true });
  }
  return folder;
}
