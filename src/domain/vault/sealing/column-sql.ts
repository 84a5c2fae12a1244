import { type SQL, sql } from "drizzle-orm";
import type { SealedColumn } from "./sealed-columns";

/** Name of a column for people and records: "user_ai_api_keys.api_key". */
export function columnName({ table, column }: SealedColumn): string {
  return `${table}.${column}`;
}

/** The table `v` of a column. Names come from sealed-columns.ts, never from a request. */
export function tableOf(column: SealedColumn): SQL {
  return sql`${sql.identifier(column.table)} v`;
}

/** The sealed text in row `v`. */
export function sealedTextOf(column: SealedColumn): SQL {
  const stored = sql`v.${sql.identifier(column.column)}`;
  return column.path ? sql`(${stored} #>> ${sql.raw(jsonPath(column.path))})` : stored;
}

/** SQL for the column value of row `v` with `sealed` in place of its sealed text. */
export function withSealedText(column: SealedColumn, sealed: SQL): SQL {
  if (!column.path) return sealed;
  return sql`jsonb_set(v.${sql.identifier(column.column)}, ${sql.raw(jsonPath(column.path))}, to_jsonb(${sealed}))`;
}

/** Id of the key the sealed text in row `v` names; meaningless for the oldest format, which has no dots. */
export function namedKeyOf(column: SealedColumn): SQL {
  return sql`split_part(${sealedTextOf(column)}, '.', 2)`;
}

/** "/text" as a Postgres path: '{text}'. */
function jsonPath(pointer: string): string {
  if (!/^(\/[a-z0-9_]+)+$/.test(pointer)) throw new RangeError("not a path of plain names");
  return `'{${pointer.slice(1).replaceAll("/", ",")}}'`;
}
