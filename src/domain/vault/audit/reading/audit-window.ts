import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { AUDIT_GROUP_NOUNS, type AuditGroup, USE_ACTION } from "@/contracts/audit-groups";
import type { AuditFilter } from "@/contracts/audit-log";
import { listParam } from "@/lib/db/rows-of";

/** Where a page begins: below an event, or, without an id, before a moment. */
export interface AuditPlace {
  /** ISO, with microseconds. */
  at: string;
  id: string | null;
}

export function placeOf(cursor: string): AuditPlace {
  const [at = "", id = null] = cursor.split("_");
  return { at, id };
}

export function cursorOf({ at, id }: AuditPlace): string {
  return id === null ? at : `${at}_${id}`;
}

/** The action of nearly all records, as the predicate of the indexes without it spells it. */
export const IS_NO_USE = sql.raw(`e.action <> '${USE_ACTION}'`);
export const IS_USE = sql.raw(`e.action = '${USE_ACTION}'`);

export const NEWEST_FIRST = sql`order by e.at desc, e.id desc`;

/** Conditions on the time of `e`. Without the infinite times that Postgres has, which no server writes. */
export function windowOf({ from, to }: AuditFilter, before: AuditPlace | null): SQL {
  const within = sql`e.at >= ${from ?? "2000-01-01T00:00:00Z"}::timestamptz and e.at < ${to ?? "3000-01-01T00:00:00Z"}::timestamptz`;
  if (before === null) return within;
  if (before.id === null) return sql`${within} and e.at < ${before.at}::timestamptz`;
  return sql`${within} and (e.at, e.id) < (${before.at}::timestamptz, ${before.id}::uuid)`;
}

/** @param action an expression */
export function isInGroup(group: AuditGroup | undefined, action: SQL): SQL {
  if (group === undefined) return sql`true`;
  if (group === "uses") return sql`${action} = ${USE_ACTION}`;
  const noun = sql`split_part(${action}, '.', 1)`;
  if (group === "operation") {
    return sql`${noun} <> all(${listParam(Object.values(AUDIT_GROUP_NOUNS).flat())}::text[])`;
  }
  return sql`${noun} = any(${listParam(AUDIT_GROUP_NOUNS[group])}::text[])`;
}

/** Whether `e` is about this object, by an index on the beginning of the id. @param object an expression */
export function isAbout(object: SQL): SQL {
  return sql`left(e.object_id, 64) = left(${object}, 64) and e.object_id = ${object}`;
}

/**
 * A common table expression `kinds` of the actions that occur, besides uses, read by jumping from one to the
 * next in an index: with it, the newest of each action are found however many others lie between.
 *
 * @param whose a condition on `e` that the first columns of the index answer
 */
export function kindsOf(whose: SQL): SQL {
  return sql`kinds (action) as (
    (select e.action from audit_events e where ${whose} and ${IS_NO_USE} order by e.action limit 1)
    union all
    select n.action from kinds k cross join lateral (
      select e.action from audit_events e
      where ${whose} and ${IS_NO_USE} and e.action > k.action order by e.action limit 1) n
  )`;
}

/** An event as read for a list or an export. */
export interface ReadEvent {
  id: string;
  /** ISO, with microseconds, which the MAC covers. */
  at: string;
  actorId: string;
  action: string;
  objectId: string | null;
  detail: unknown;
  seq: string | null;
  mac: string | null;
  macKeyId: string | null;
  originMac: string | null;
}

/** The columns of a ReadEvent besides its detail, of `e`. */
export const READ_COLUMNS = sql.raw(`e.id::text as id,
  to_char(e.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
  e.actor_id as "actorId", e.action, e.object_id as "objectId", e.seq::text as seq, e.mac,
  e.mac_key_id as "macKeyId", e.origin_mac as "originMac"`);
