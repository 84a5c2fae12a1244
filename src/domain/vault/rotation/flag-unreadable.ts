import "server-only";
import { sql } from "drizzle-orm";
import type { Transaction } from "@/lib/db/client";
import { listParam, rowsOf } from "@/lib/db/rows-of";
import { logger } from "@/lib/logger";
import { recordAuditEvent } from "../audit/record-audit-event";
import { columnName, sealedTextOf } from "../sealing/column-sql";
import type { SealedColumn } from "../sealing/sealed-columns";
import { ROTATION_ACTOR } from "./prepared-batch";
import type { WalkedValue } from "./read-sealed-page";

/**
 * Marks values that could not be opened as "needs re-entry", unless they were saved meanwhile, and writes one
 * record for them.
 */
export async function flagUnreadable(
  tx: Transaction,
  column: SealedColumn,
  values: readonly WalkedValue[],
): Promise<void> {
  const fresh = values.filter((value) => !value.flagged);
  if (fresh.length === 0) return;
  const rows = await setFlag(tx, column, fresh, true);
  if (rows.length === 0) return;
  logger.error({ column: columnName(column), rows }, "sealed values cannot be opened");
  await recordAuditEvent(tx, ROTATION_ACTOR, "value.open_failed", columnName(column), { rows });
}

/** Removes the mark from values that open again. */
export async function clearFlags(
  tx: Transaction,
  column: SealedColumn,
  values: readonly WalkedValue[],
): Promise<void> {
  const flagged = values.filter((value) => value.flagged);
  if (flagged.length > 0) await setFlag(tx, column, flagged, false);
}

/** @returns ids of the rows that had not changed since they were read */
async function setFlag(
  tx: Transaction,
  column: SealedColumn,
  values: readonly WalkedValue[],
  unreadable: boolean,
): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    tx,
    sql`update ${sql.identifier(column.table)} v set unreadable_since = ${unreadable ? sql`now()` : sql`null`}
      from unnest(${listParam(values.map((value) => value.id))}::uuid[], ${listParam(values.map((value) => value.sealed))}::text[]) n(id, old)
      where v.id = n.id and coalesce(${sealedTextOf(column)}, '') = n.old returning v.id::text as id`,
  );
  return rows.map((row) => row.id);
}
