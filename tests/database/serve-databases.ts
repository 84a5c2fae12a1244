import { Pool } from "pg";
import type { TestProject } from "vitest/node";
import { migrateDatabase } from "@/lib/db/migrate";
import { embeddedTemplate } from "../support/embedded-template";
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
