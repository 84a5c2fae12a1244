import { Pool } from "pg";
import type { TestProject } from "vitest/node";
import { migrateDatabase } from "@/lib/db/migrate";
import { prepareProduct } from "../support/prepare-product";

/** Once for all tests of this folder: what the product needs around it. The product itself is each test's own process. */
export default async function prepare(project: TestProject): Promise<() => Promise<void>> {
  const { environment, stop } = await prepareProduct(project);
  const pool = new Pool({ connectionString: environment.DATABASE_URL, max: 1 });
  await migrateDatabase(pool);
  await pool.end();
  // A name that nobody resolves: a request that should have stayed in the process fails at once.
  project.provide("appUrl", "http://product.invalid");
  return stop;
}
