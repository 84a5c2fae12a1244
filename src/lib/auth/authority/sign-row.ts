import "server-only";
import { tellAlteredRow } from "./altered-rows";
import { authorityKey } from "./authority-key";
import { rowMac, rowMacHolds, type SignedRow, type SignedTable } from "./row-mac";

/** The row with its MAC, to be stored. */
export async function signRow<Table extends SignedTable, Row extends SignedRow<Table>>(
  table: Table,
  row: Row,
): Promise<Row & { mac: string }> {
  return { ...row, mac: rowMac(await authorityKey(), table, row) };
}

/** Whether a row read from the database was written by the product. One that was not is told of. */
export async function isGenuine<Table extends SignedTable>(
  table: Table,
  row: SignedRow<Table> & { id: string; mac?: unknown },
): Promise<boolean> {
  if (rowMacHolds(await authorityKey(), table, row)) return true;
  tellAlteredRow({ table, id: row.id });
  return false;
}
