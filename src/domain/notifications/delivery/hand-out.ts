import "server-only";
import { and, asc, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import type { NotificationKind } from "@/contracts/notification-kind";
import { operatorIds } from "@/domain/vault/operator-ids";
import { database } from "@/lib/db/client";
import { listParam, rowsOf } from "@/lib/db/rows-of";
import { notificationsTable } from "@/lib/db/schema";
import { logger } from "@/lib/logger";
import { hasMailServer } from "../mail/mail-server";

const BATCH = 100;
/** Whoever hands out counts first what was handed out in the last hour: one after the other. */
const HANDING_OUT_LOCK = 7_261_040;
/** Of one owner by mail and webhook, of alarms and of all else each. The rest is in the application only. */
const MOST_AN_HOUR = 20;
/** Counted apart, so that nobody hides a theft behind a heap of lesser news. */
const ALARMS: readonly NotificationKind[] = ["key_paused", "unusual_spending"];

/**
 * Turns notifications into deliveries, one for each mail and webhook that its people want. A notification
 * waits for it in its own row, so that none is lost, and is handed out once: its row is locked, and says so
 * afterwards. Who operates the installation is known to the server only, so that no trigger could do it.
 *
 * @returns whether there may be more
 */
export async function handOut(): Promise<boolean> {
  const db = await database();
  const isWaiting = isNull(notificationsTable.handedOutAt);
  const kinds = await db
    .selectDistinct({ owner: notificationsTable.ownerKind })
    .from(notificationsTable)
    .where(isWaiting);
  if (kinds.length === 0) return false;
  const operators = kinds.some(({ owner }) => owner === "installation") ? await knownOperators() : [];
  return db.transaction(async (tx) => {
    const [lock] = await rowsOf<{ isMine: boolean }>(
      tx,
      sql`select pg_try_advisory_xact_lock(${HANDING_OUT_LOCK}) as "isMine"`,
    );
    // Another server does it.
    if (!lock?.isMine) return false;
    const rows = await tx
      .select({
        id: notificationsTable.id,
        owner: notificationsTable.ownerKind,
        ownerId: notificationsTable.ownerId,
      })
      .from(notificationsTable)
      .where(and(isWaiting, operators ? undefined : eq(notificationsTable.ownerKind, "person")))
      .orderBy(asc(notificationsTable.createdAt))
      .limit(BATCH)
      .for("update", { skipLocked: true });
    if (rows.length === 0) return false;
    const ids = rows.map(({ id }) => id);
    const readers = rows.flatMap(({ id, owner, ownerId }) =>
      (owner === "person" ? [ownerId] : (operators ?? [])).map((userId) => ({ id, userId })),
    );
    await tx.execute(deliveriesOf(ids, readers));
    await tx
      .update(notificationsTable)
      .set({ handedOutAt: sql`now()` })
      .where(inArray(notificationsTable.id, ids));
    return rows.length === BATCH;
  });
}

/** Only what is delivered to somebody counts: what nobody wants takes no place. */
function deliveriesOf(ids: string[], readers: { id: string; userId: string }[]): SQL {
  return sql`
    with batch as (
      select n.*, ${isAlarm(sql`n.kind`)} as is_alarm from notifications n
      where n.id = any(${listParam(ids)}::uuid[])
    ), wanted as (
      select n.id, 'mail' as channel, u.id as recipient, null::uuid as webhook_id
      from unnest(${listParam(readers.map(({ id }) => id))}::uuid[],
        ${listParam(readers.map(({ userId }) => userId))}::text[]) as r (notification_id, user_id)
      join batch n on n.id = r.notification_id
      join "user" u on u.id = r.user_id and u.suspended_at is null
      where ${hasMailServer()} and ${isWanted(sql`u.id`, "mail")}
      union all
      select n.id, 'webhook', w.id::text, w.id
      from batch n join webhooks w on w.seal_owner = 'webhooks:' || n.owner_kind || ':' || n.owner_id
      where w.disabled_at is null
        and (w.kinds = '{}' or n.kind = any(w.kinds))
        and (n.owner_kind <> 'person' or ${isWanted(sql`n.owner_id`, "webhook")})
        and not exists (select 1 from "user" u where n.owner_kind = 'person' and u.id = n.owner_id
          and u.suspended_at is not null)
    ), told as (
      select o.owner_kind, o.owner_id, o.is_alarm, (
          select count(*) from notifications t
          where t.owner_kind = o.owner_kind and t.owner_id = o.owner_id
            and ${isAlarm(sql`t.kind`)} = o.is_alarm and t.handed_out_at > now() - interval '1 hour'
            and exists (select 1 from notification_deliveries d where d.notification_id = t.id)
        ) as count
      from (select distinct owner_kind, owner_id, is_alarm from batch) o
    ), placed as (
      select w.*, t.count + dense_rank() over (
          partition by n.owner_kind, n.owner_id, n.is_alarm order by n.created_at, n.id
        ) as place
      from wanted w join batch n on n.id = w.id join told t using (owner_kind, owner_id, is_alarm)
    )
    insert into notification_deliveries (notification_id, channel, recipient, webhook_id)
    select id, channel, recipient, webhook_id from placed where place <= ${MOST_AN_HOUR}
    on conflict do nothing`;
}

function isAlarm(kind: SQL): SQL {
  return sql`${kind} = any(${listParam(ALARMS)}::text[])`;
}

/** @returns null if it cannot be said now: what is told to them waits, and nobody else's with it */
async function knownOperators(): Promise<string[] | null> {
  try {
    return [...(await operatorIds())];
  } catch (error) {
    logger.error({ err: error }, "who operates this installation cannot be told; its notifications wait");
    return null;
  }
}

/** Whether a person has not turned the channel off for the kind of notification `n`. */
function isWanted(userId: SQL, channel: "mail" | "webhook") {
  return sql`not exists (select 1 from notification_settings s where s.user_id = ${userId}
    and s.kind = n.kind and s.channel = ${channel} and not s.is_on)`;
}
