import "server-only";
import { databaseConnection } from "./client";

/** What fails in a statement. Names no values. */
class StatementFailed extends Error {
  override name = "StatementFailed";
  readonly query: string;

  constructor(query: string, cause: unknown) {
    super("A statement failed.", { cause });
    this.query = query;
  }
}

/**
 * Runs a statement on the way of a message. Its text is a constant, with `$1` for the first value: nothing is
 * built for each call, which takes the query builder longer than the rest of the way to the database. It has
 * no name on the server: behind a pooler, the next one may go to another connection.
 *
 * @returns the rows as the drivers read them; their type is the caller's claim. Both read `timestamptz` as a
 *   date and `json` as a value; for `bigint` they differ
 */
export async function runStatement<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
  const { query } = await databaseConnection();
  try {
    return (await query(text, [...values])).rows as Row[];
  } catch (cause) {
    throw new StatementFailed(text, cause);
  }
}
