import "server-only";
import type { KeyObject } from "node:crypto";
import { asc, getTableName, gt, inArray, sql } from "drizzle-orm";
import type { Database, Transaction } from "@/lib/db/client";
import { listParam } from "@/lib/db/rows-of";
import { accountTable, jwksTable, sessionTable, userTable, verificationTable } from "@/lib/db/schema";
import { rowMac, rowMacHolds, type SignedRow, type SignedTable } from "./row-mac";

const TABLES = {
  user: userTable,
  account: accountTable,
  session: sessionTable,
  verification: verificationTable,
  jwks: jwksTable,
} as const satisfies Record<SignedTable, unknown>;

const PAGE = 500;

type StoredRow = SignedRow & { id: string; mac: string | null };

/**
 * Pages of the rows of a table whose MAC does not hold, in the order of their ids.
 *
 * @param atMost how many rows are looked at
 */
async function* alteredRows(
  db: Pick<Database, "select">,
  key: KeyObject,
  table: SignedTable,
  atMost = Number.POSITIVE_INFINITY,
): AsyncGenerator<StoredRow[]> {
  const source = TABLES[table];
  let seen = 0;
  for (let after: string | undefined = ""; after !== undefined && seen < atMost; seen += PAGE) {
    // oxlint-disable-next-line no-await-in-loop -- page after page
    const page: StoredRow[] = await db
      .select()
      .from(source)
      .where(gt(source.id, after))
      .orderBy(asc(source.id))
      .limit(PAGE);
    yield page.filter((row) => !rowMacHolds(key, table, row));
    after = page.length === PAGE ? page.at(-1)?.id : undefined;
  }
}

/**
 * Ids of the rows that the product did not write, or did not write like this.
 *
 * @param atMost how many rows are looked at; ids are random, so these are a random sample
 */
export async function findAlteredRows(
  db: Pick<Database, "select">,
  key: KeyObject,
  table: SignedTable,
  atMost?: number,
): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of alteredRows(db, key, table, atMost)) ids.push(...page.map(({ id }) => id));
  return ids;
}

/**
 * Signs the rows of a table as they are.
 *
 * @param before only those that this key signed
 * @returns how many were not signed
 */
export async function signStoredRows(
  tx: Transaction,
  key: KeyObject,
  table: SignedTable,
  before?: KeyObject,
): Promise<number> {
  let signed = 0;
  for await (const altered of alteredRows(tx, key, table)) {
    const page = before ? altered.filter((row) => rowMacHolds(before, table, row)) : altered;
    if (page.length === 0) continue;
    const ids = page.map(({ id }) => id);
    const macs = page.map((row) => rowMac(key, table, row));
    const name = sql.identifier(getTableName(TABLES[table]));
    await tx.execute(
      sql`update ${name} set mac = signed.mac
        from unnest(${listParam(ids)}::text[], ${listParam(macs)}::text[]) as signed(id, mac)
        where ${name}.id = signed.id`,
    );
    signed += ids.length;
  }
  return signed;
}

/** Deletes the rows of a table that are not signed. @returns how many */
export async function deleteAlteredRows(
  tx: Transaction,
  key: KeyObject,
  table: SignedTable,
): Promise<number> {
  const ids = await findAlteredRows(tx, key, table);
  for (let from = 0; from < ids.length; from += PAGE) {
    // oxlint-disable-next-line no-await-in-loop -- one connection
    await tx.delete(TABLES[table]).where(inArray(TABLES[table].id, ids.slice(from, from + PAGE)));
  }
  return ids.length;
}
