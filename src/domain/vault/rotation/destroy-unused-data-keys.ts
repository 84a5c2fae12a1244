import "server-only";
import { sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { listParam, rowsOf } from "@/lib/db/rows-of";
import { recordAuditEvent } from "../audit/record-audit-event";
import { namedKeyOf, tableOf } from "../sealing/column-sql";
import { SEALED_COLUMNS, type SealedColumn } from "../sealing/sealed-columns";
import { NO_VALUES, NOTHING_TO_DO, type PrepareBatch, ROTATION_ACTOR } from "./prepared-batch";

interface UnusedKey {
  id: string;
  owner_kind: string;
  owner_id: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Deleting an owner destroys its keys; an active key left over (a deletion with triggers off) belongs to no
 * one.
 */
const MAY_BE_UNUSED = sql`(state = 'decrypt_only' or state = 'active' and case owner_kind
  when 'user' then not exists (select 1 from "user" where "user".id = data_keys.owner_id)
  when 'project' then not exists (select 1 from projects where projects.id =
    case when data_keys.owner_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then data_keys.owner_id::uuid end)
  when 'reconcile' then data_keys.owner_id like 'person:%'
    and not exists (select 1 from "user" where 'person:' || "user".id = data_keys.owner_id)
  else false end)`;

/**
 * Destroys the data keys of a page that are retired, or whose owner is gone, and that no value names and the
 * system does not need. No value can come to name them later: sealing takes an active key of an
 * existing owner. A key that a row still needs is kept, whatever state the row is in.
 */
export const destroyUnusedDataKeys: PrepareBatch = async (rotation, cursor, limit) => {
  if (rotation.dryRun) return NOTHING_TO_DO;
  const db = await database();
  const after = cursor === null ? sql`true` : sql`id > ${cursor}`;
  const page = await rowsOf<UnusedKey>(
    db,
    sql`select id, owner_kind, owner_id from data_keys where ${MAY_BE_UNUSED} and ${after} order by id limit ${limit}`,
  );
  const needed = new Set<string>();
  for (const column of SEALED_COLUMNS) {
    // oxlint-disable-next-line no-await-in-loop -- one connection
    for (const id of await namedBy(column, page)) needed.add(id);
  }
  for (const id of await namedBySystem(page)) needed.add(id);
  const unneeded = page.map((key) => key.id).filter((id) => !needed.has(id));
  return {
    cursor: page.length === limit ? (page.at(-1)?.id ?? null) : null,
    rows: page.length,
    expected: NO_VALUES,
    write: async (tx) => {
      const destroyed = await rowsOf<{ id: string }>(
        tx,
        sql`update data_keys set state = 'destroyed', wrapped = null, destroyed_at = now()
          where id = any(${listParam(unneeded)}::text[]) and ${MAY_BE_UNUSED} returning id`,
      );
      if (destroyed.length > 0) {
        await recordAuditEvent(tx, ROTATION_ACTOR, "data_key.destroyed", "data_keys", {
          keys: destroyed.map((row) => row.id),
        });
      }
      return NO_VALUES;
    },
  };
};

/** Keys that values of the same owners name: no value opens with another owner's key. */
async function namedBy(column: SealedColumn, page: readonly UnusedKey[]): Promise<string[]> {
  const owners = page
    .filter((key) => key.owner_kind === column.ownerKind)
    .map((key) => key.owner_id)
    .filter((owner) => column.ownerType === "text" || UUID.test(owner));
  if (owners.length === 0) return [];
  const db = await database();
  const named = await rowsOf<{ id: string }>(
    db,
    sql`select distinct ${namedKeyOf(column)} as id from ${tableOf(column)}
      where v.${sql.identifier(column.owner)} = any(${listParam(owners)}::${sql.raw(column.ownerType)}[])`,
  );
  return named.map((row) => row.id);
}

/** Of the system's own keys, the audit chain and the envelope of the authority key need some. */
async function namedBySystem(page: readonly UnusedKey[]): Promise<string[]> {
  const ids = page.filter((key) => key.owner_kind === "system").map((key) => key.id);
  if (ids.length === 0) return [];
  const db = await database();
  const named = await rowsOf<{ id: string }>(
    db,
    sql`select distinct mac_key_id as id from audit_events where mac_key_id = any(${listParam(ids)}::text[])
      union select data_key_id from authority_key where data_key_id = any(${listParam(ids)}::text[])`,
  );
  return named.map((row) => row.id);
}
