import "server-only";
import { sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { listParam, rowsOf } from "@/lib/db/rows-of";
import { recordAuditEvent } from "../audit/record-audit-event";
import { namedKeyOf, tableOf } from "../sealed-values/column-sql";
import { SEALED_COLUMNS } from "../sealed-values/sealed-columns";
import { type PrepareBatch, ROTATION_ACTOR } from "./prepared-batch";

/**
 * Destroys the retired data keys of a page that no value names and no record of the audit chain needs. None can be named
 * anew: sealing takes an active key. One that a row still needs stays, whatever state that row is in.
 */
export const destroyUnusedDataKeys: PrepareBatch = async (_rotation, cursor, limit) => {
  const db = await database();
  const after = cursor === null ? sql`true` : sql`id > ${cursor}`;
  const page = await rowsOf<{ id: string }>(
    db,
    sql`select id from data_keys where state = 'decrypt_only' and ${after} order by id limit ${limit}`,
  );
  const ids = page.map((row) => row.id);
  const unneeded = await rowsOf<{ id: string }>(
    db,
    sql`select id from unnest(${listParam(ids)}::text[]) d(id) where ${notNeeded()}`,
  );
  return {
    cursor: ids.length === limit ? (ids.at(-1) ?? null) : null,
    rows: ids.length,
    expected: { changed: unneeded.length, unreadable: 0 },
    write: async (tx) => {
      const destroyed = await rowsOf<{ id: string }>(
        tx,
        sql`update data_keys d set state = 'destroyed', wrapped = null, destroyed_at = now()
          where id = any(${listParam(ids)}::text[]) and state = 'decrypt_only' and ${notNeeded()} returning id`,
      );
      if (destroyed.length > 0) {
        await recordAuditEvent(tx, ROTATION_ACTOR, "data_key.destroyed", "data_keys", {
          keys: destroyed.map((row) => row.id),
        });
      }
      return { changed: destroyed.length, unreadable: 0 };
    },
  };
};

/** That nothing names the data key `d`. */
function notNeeded() {
  const places = SEALED_COLUMNS.map(
    (column) => sql`not exists (select 1 from ${tableOf(column)} where ${namedKeyOf(column)} = d.id)`,
  );
  places.push(sql`not exists (select 1 from audit_events where mac_key_id = d.id)`);
  return sql.join(places, sql` and `);
}
