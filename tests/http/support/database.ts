import { randomBytes } from "node:crypto";
import { Pool, type QueryResultRow } from "pg";
import { afterAll, inject } from "vitest";

const pool = new Pool({ connectionString: inject("databaseUrl"), max: 4 });
afterAll(() => pool.end());

/** Queries the product's database directly, bypassing all checks of the product. */
export async function sql<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await pool.query<Row>(text, values)).rows;
}

/**
 * Runs `act` while this row of `projects` is locked as an update locks it: a change of the project's files is
 * blocked, and rows that only reference the project can be written.
 */
export async function whileProjectIsLocked(projectId: string, act: () => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query("select 1 from projects where id = $1 for no key update", [projectId]);
    await act();
  } finally {
    await client.query("rollback");
    client.release();
  }
}

/**
 * An empty database on the same server, for a product of one test file's own.
 * @returns its connection string
 */
export async function emptyDatabase(): Promise<string> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await pool.query(`create database ${name}`);
  const url = new URL(inject("databaseUrl"));
  url.pathname = `/${name}`;
  return url.href;
}
