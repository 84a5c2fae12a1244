import "server-only";
import { type SQL, sql } from "drizzle-orm";
import type { KeyRotationKind } from "@/contracts/vault";
import { database } from "@/lib/db/client";
import { listParam, rowsOf } from "@/lib/db/rows-of";
import { SEALS_PER_DATA_KEY } from "../data-keys/active-data-key";
import type { StoredDataKey } from "../data-keys/stored-data-key";
import { sealedTextOf, tableOf } from "../sealing/column-sql";
import type { StoredValueWithKey } from "../sealing/open-value";
import type { SealedColumn } from "../sealing/sealed-columns";

/** One sealed value on a walk, with the data key it names and the one that seals its owner's new values. */
export interface WalkedValue extends StoredValueWithKey {
  /** Marked "needs re-entry". */
  flagged: boolean;
  /** Whether the key it names seals new values. */
  keyIsActive: boolean;
  active: StoredDataKey | null;
}

interface Row {
  id: string;
  owner: string;
  purpose: string;
  sealed: string | null;
  flagged: boolean;
}

interface KeyRow {
  id: string;
  owner_id: string;
  active: boolean;
  wrapped: string;
}

/** The fields of a rotation that decide which keys count as active. */
interface ForWhom {
  dryRun: boolean;
  kind: KeyRotationKind;
  startedAt: Date;
}

/**
 * The next values of a column, ordered by owner, with all values of each owner included.
 *
 * @param cursor last owner of the page before; null for the first page
 * @param limit approximate number of values; more if one owner has more
 */
export async function readSealedPage(
  column: SealedColumn,
  rotation: ForWhom,
  cursor: string | null,
  limit: number,
): Promise<{ values: WalkedValue[]; cursor: string | null }> {
  const wanted = Math.max(limit, column.maxPerOwner + 1);
  const db = await database();
  const rows = await rowsOf<Row>(db, pageQuery(column, cursor, wanted));
  const full = rows.length === wanted;
  const last = rows.at(-1)?.owner;
  // The last owner of a full page may have more values; it comes first in the next page.
  const complete = full ? rows.filter((row) => row.owner !== last) : rows;
  if (full && complete.length === 0) throw new RangeError("an owner has more values than its column allows");
  const keys = await keysOf(column, rotation, complete);
  return {
    values: complete.map((row) => walked(column, row, keys.get(row.owner) ?? [])),
    cursor: full ? (complete.at(-1)?.owner ?? null) : null,
  };
}

function pageQuery(column: SealedColumn, cursor: string | null, limit: number): SQL {
  const owner = sql`v.${sql.identifier(column.owner)}`;
  const after = cursor === null ? sql`true` : sql`${owner} > ${cursor}`;
  return sql`
    select v.id::text as id, ${owner}::text as owner, v.${sql.identifier(column.purpose)}::text as purpose,
      ${sealedTextOf(column)} as sealed, v.unreadable_since is not null as flagged
    from ${tableOf(column)} where ${after} order by ${owner} limit ${limit}`;
}

/**
 * The data keys the page's values name, and the active ones of its owners, in a separate query: joined to the
 * page, Postgres reads the whole table of keys for each page. A value that names another owner's key finds
 * none here, and is as unreadable as it would be with it.
 */
async function keysOf(
  column: SealedColumn,
  rotation: ForWhom,
  page: readonly Row[],
): Promise<Map<string, KeyRow[]>> {
  const db = await database();
  // A dry run retires nothing, so the keys it would retire are identified here.
  const isFresh =
    rotation.dryRun && rotation.kind === "data_keys"
      ? sql`created_at >= ${rotation.startedAt.toISOString()}`
      : sql`true`;
  const named = listParam([...new Set(page.map((row) => nameOf(row.sealed)))]);
  const owners = listParam([...new Set(page.map((row) => row.owner))]);
  const rows = await rowsOf<KeyRow>(
    db,
    sql`with keys as (
        select * from data_keys where id = any(${named}::text[])
        union
        select * from data_keys
          where owner_kind = ${column.ownerKind} and owner_id = any(${owners}::text[]) and state = 'active'
      )
      select id, owner_id, wrapped, state = 'active' and seals < ${SEALS_PER_DATA_KEY} and ${isFresh} as active
      from keys where owner_kind = ${column.ownerKind} and state <> 'destroyed'`,
  );
  return Map.groupBy(rows, (row) => row.owner_id);
}

/** Id of the key a sealed text names; "" if it names none. */
function nameOf(sealed: string | null): string {
  return sealed?.split(".", 2)[1] ?? "";
}

function walked(column: SealedColumn, row: Row, keys: readonly KeyRow[]): WalkedValue {
  const sealed = row.sealed ?? ""; // a document without its field is as unreadable as an empty text
  const name = nameOf(sealed);
  const named = keys.find((key) => key.id === name);
  const active = keys.find((key) => key.active);
  const stored = (key: KeyRow | undefined) =>
    key ? { id: key.id, ownerKind: column.ownerKind, ownerId: row.owner, wrapped: key.wrapped } : null;
  return {
    id: row.id,
    owner: row.owner,
    purpose: row.purpose,
    sealed,
    flagged: row.flagged,
    dataKey: stored(named),
    keyIsActive: named?.active ?? false,
    active: stored(active),
  };
}
