import "server-only";
import { sql } from "drizzle-orm";
import type { NotificationKind } from "@/contracts/notification-kind";
import { personAsOwner } from "@/contracts/owner";
import type { ProviderId } from "@/contracts/provider";
import { notify } from "@/domain/notifications/notify";
import { database, type Transaction } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { keyLabel } from "./key-label";

/** Told at once in one pass; the rest in the next one. */
const MOST_AT_ONCE = 500;

interface Due {
  keyId: string;
  userId: string;
  provider: ProviderId;
  label: string;
  last4: string;
  kind: Extract<NotificationKind, "key_expiring" | "key_expired" | "key_rotation_due">;
  /** When the key ends, or the day it is to be replaced. */
  at: string;
  /** The step: 30, 7 or 1 days before the end; 0 for the end itself and for a rotation. */
  days: number;
}

/**
 * Tells owners of keys that end within 30, 7 or 1 days, or have ended, and of those to be replaced: once for
 * each key, day and step, however often and from however many servers it is called. Of several steps only
 * the nearest is told. A key that is switched off, or deleted meanwhile, is left alone.
 *
 * @param keyId only this key, in the transaction that changed its dates
 * @returns how many were told
 */
export async function tellOfKeyDates(tx?: Transaction, keyId?: string): Promise<number> {
  if (tx) return tell(tx, keyId);
  const db = await database();
  return db.transaction((own) => tell(own, keyId));
}

async function tell(tx: Transaction, keyId: string | undefined): Promise<number> {
  const due = await rowsOf<Due>(tx, dueQuery(keyId));
  for (const { keyId: id, userId, provider, label, last4, kind, at, days } of due) {
    // oxlint-disable-next-line no-await-in-loop -- in one transaction
    await notify(tx, {
      owner: personAsOwner(userId),
      kind,
      dedupeKey: dedupeKeyOf(id, at, days),
      detail: { keyId: id, provider, label: keyLabel({ label, provider, last4 }), last4, at, days },
    });
  }
  return due.length;
}

/** As the query writes it: by the day (UTC), so that a date moved by a second is not told again. */
function dedupeKeyOf(keyId: string, at: string, days: number): string {
  return `${keyId}/${at.slice(0, 10)}/${days}`;
}

/**
 * What happened longer than 30 days ago is not told any more, unless the key was changed since: the date of
 * an old key was given then. A row that is locked is left to the next pass; the lock keeps its owner from
 * being deleted until they are told, so that nothing is left of them (migration 0027).
 */
function dueQuery(keyId: string | undefined) {
  const only = keyId ?? null;
  return sql`
    with dated as (
      select k.id, k.user_id, k.provider, k.label, k.last4, k.updated_at, k.expires_at,
        coalesce(k.made_on, (k.created_at at time zone 'UTC')::date) + k.rotate_after_days as rotate_on
      from user_ai_api_keys k
      where (k.expires_at is not null or k.rotate_after_days is not null)
        and k.previous_of is null and k.disabled_at is null
        and (${only}::uuid is null or k.id = ${only}::uuid)
    ), steps as (
      select id, user_id, case when expires_at <= now() then 'key_expired' else 'key_expiring' end as kind,
        to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at,
        case when expires_at <= now() then 0
          when expires_at <= now() + interval '24 hours' then 1
          when expires_at <= now() + interval '168 hours' then 7 else 30 end as days
      from dated
      where expires_at <= now() + interval '720 hours'
        and greatest(expires_at, updated_at) > now() - interval '720 hours'
      union all
      select id, user_id, 'key_rotation_due', to_char(rotate_on, 'YYYY-MM-DD'), 0
      from dated
      where rotate_on <= (now() at time zone 'UTC')::date
        and greatest(rotate_on::timestamp at time zone 'UTC', updated_at) > now() - interval '720 hours'
    )
    select k.id as "keyId", k.user_id as "userId", k.provider, k.label, k.last4, s.kind, s.at, s.days
    from steps s join user_ai_api_keys k on k.id = s.id
    where not exists (
      select 1 from notifications n where n.owner_kind = 'person' and n.owner_id = s.user_id
        and n.kind = s.kind and n.dedupe_key = s.id || '/' || left(s.at, 10) || '/' || s.days
    )
    order by s.at, s.id, s.kind
    limit ${MOST_AT_ONCE}
    for key share of k skip locked`;
}
