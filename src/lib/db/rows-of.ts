import "server-only";
import type { SQL } from "drizzle-orm";
import { sql } from "drizzle-orm";
import type { Database } from "./client";

/**
 * Runs a query that the builder cannot express.
 *
 * @returns the rows; their type is the caller's claim
 */
export async function rowsOf<Row>(db: Pick<Database, "execute">, query: SQL): Promise<Row[]> {
  // Both drivers answer with `rows`; the builder's type does not say so.
  const result: unknown = await db.execute(query);
  return (result as { rows: Row[] }).rows;
}

/**
 * A whole list as one parameter, for `unnest` and `any`: inside a template an array would become many
 * parameters.
 */
export function listParam(values: readonly (string | number | null)[]): SQL {
  return sql`${sql.param(values)}`;
}
