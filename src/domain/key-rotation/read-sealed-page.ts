import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { SEALS_PER_DATA_KEY } from "../data-keys/active-data-key";
import type { StoredDataKey } from "../data-keys/stored-data-key";
import { namedKeyOf, sealedTextOf, tableOf } from "../sealed-values/column-sql";
import type { StoredValueWithKey } from "../sealed-values/open-value";
import type { SealedColumn } from "../sealed-values/sealed-columns";

/** One sealed value on a walk, with the data key it names and the one its owner's new values are sealed with. */
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
  key_id: string | null;
  key_state: string | null;
  key_owner_kind: string;
  key_owner_id: string;
  key_wrapped: string | null;
  active_id: string | null;
  active_wrapped: string | null;
}

/**
 * The next values of a column, ordered by owner, with all values of each owner in it.
 *
 * @param cursor last owner of the page before; null for the first page
 * @param limit about how many values; more if one owner has more
 */
export async function readSealedPage(
  column: SealedColumn,
  cursor: string | null,
  limit: number,
): Promise<{ values: WalkedValue[]; cursor: string | null }> {
  const wanted = Math.max(limit, column.maxPerOwner + 1);
  const db = await database();
  const rows = await rowsOf<Row>(db, pageQuery(column, cursor, wanted));
  const full = rows.length === wanted;
  const last = rows.at(-1)?.owner;
  // The last owner of a full page may go on behind it; it comes first in the next one.
  const complete = full ? rows.filter((row) => row.owner !== last) : rows;
  if (full && complete.length === 0) throw new RangeError("an owner has more values than its column allows");
  return {
    values: complete.map((row) => walked(column, row)),
    cursor: full ? (complete.at(-1)?.owner ?? null) : null,
  };
}

function pageQuery(column: SealedColumn, cursor: string | null, limit: number): SQL {
  const owner = sql`v.${sql.identifier(column.owner)}`;
  const after = cursor === null ? sql`true` : sql`${owner} > ${cursor}`;
  return sql`
    select v.id::text as id, v.owner, v.purpose, v.sealed, v.flagged,
      k.id as key_id, k.state as key_state, k.owner_kind as key_owner_kind, k.owner_id as key_owner_id,
      k.wrapped as key_wrapped, a.id as active_id, a.wrapped as active_wrapped
    from (
      select v.id, ${owner}::text as owner, v.${sql.identifier(column.purpose)}::text as purpose,
        ${sealedTextOf(column)} as sealed, ${namedKeyOf(column)} as named_key,
        v.unreadable_since is not null as flagged
      from ${tableOf(column)} where ${after} order by ${owner} limit ${limit}
    ) v
    left join data_keys k on k.id = v.named_key
    left join data_keys a on a.owner_kind = ${column.ownerKind} and a.owner_id = v.owner
      and a.state = 'active' and a.seals < ${SEALS_PER_DATA_KEY}
    order by v.owner, v.id`;
}

function walked(column: SealedColumn, row: Row): WalkedValue {
  return {
    id: row.id,
    owner: row.owner,
    purpose: row.purpose,
    // A document without its field is as unreadable as an empty text.
    sealed: row.sealed ?? "",
    flagged: row.flagged,
    dataKey:
      row.key_id === null
        ? null
        : {
            id: row.key_id,
            ownerKind: row.key_owner_kind,
            ownerId: row.key_owner_id,
            wrapped: row.key_wrapped,
          },
    keyIsActive: row.key_state === "active",
    active:
      row.active_id === null
        ? null
        : { id: row.active_id, ownerKind: column.ownerKind, ownerId: row.owner, wrapped: row.active_wrapped },
  };
}
