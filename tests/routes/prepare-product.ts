import { Pool } from "pg";
import type { TestProject } from "vitest/node";
import { migrateDatabase } from "@/lib/db/migrate";
import { prepareProduct } from "../support/prepare-product";

/**
 * Once for all tests of this folder: the environment the product needs. The product itself runs in each
 * test's process.
 */
export default async function prepare(project: TestProject): Promise<() => Promise<void>> {
  const { environment, stop } = await prepareProduct(project);
  const pool = new Pool({ connectionString: environment.DATABASE_URL, max: 2 });
  await migrateDatabase(pool);
  await pool.end();
  // An unresolvable name: a request that should stay in the process fails at once.
  project.provide("appUrl", "http://product.invalid");
  return stop;
}
