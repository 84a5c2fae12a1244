import "server-only";
import { sql } from "drizzle-orm";
import type { NotificationKind } from "@/contracts/notification-kind";
import type { NotificationDetail } from "@/contracts/notifications";
import type { OwnerKind } from "@/contracts/owner";
import { database } from "@/lib/db/client";
import { listParam, rowsOf } from "@/lib/db/rows-of";

/** Under way to one person's mailbox, or one webhook, at once: a slow one does not hold up the others. */
const AT_ONCE_TO_ONE = 2;

export type DeliveryChannel = "mail" | "webhook";

/** A delivery that is under way here. */
export interface Delivery {
  id: string;
  channel: DeliveryChannel;
  recipient: string;
  webhookId: string | null;
  attempts: number;
  kind: NotificationKind;
  owner: OwnerKind;
  detail: NotificationDetail;
  /** ISO time of what is told. */
  at: string;
  /** The person it is told to, not the installation, is gone or suspended. */
  isOwnerGone: boolean;
  /** Of a mail: the account's address now; null if it is gone or suspended. */
  email: string | null;
}

/**
 * Claims what is due: it moves `next_at` two minutes ahead, longer than any attempt takes, so that no other
 * server tries the same, and one that dies is taken over. Whoever has the fewest under way comes first.
 *
 * @param underWay recipients of what this server tries now, one for each
 */
export async function claimDue(
  channel: DeliveryChannel,
  most: number,
  underWay: readonly string[],
): Promise<Delivery[]> {
  const db = await database();
  // The last select reads what the update has written only through its `returning`.
  return rowsOf<Delivery>(
    db,
    sql`with busy as (
        select recipient, count(*) as count from unnest(${listParam(underWay)}::text[]) as b (recipient)
        group by recipient
      ), due as (
        select d.id, d.next_at, coalesce(b.count, 0)
          + row_number() over (partition by d.recipient order by d.next_at, d.id) as place
        from notification_deliveries d left join busy b using (recipient)
        where d.state = 'waiting' and d.next_at <= now() and d.channel = ${channel}
      ), chosen as (
        select id from due where place <= ${AT_ONCE_TO_ONE} order by place, next_at limit ${most}
      ), claimed as (
        update notification_deliveries set attempts = attempts + 1, next_at = now() + interval '2 minutes'
        where id in (
          select id from notification_deliveries
          where id in (select id from chosen) and state = 'waiting' and next_at <= now()
          for update skip locked
        )
        returning id, channel, recipient, webhook_id, attempts, notification_id
      )
      select c.id, c.channel, c.recipient, c.webhook_id as "webhookId", c.attempts, n.kind,
        n.owner_kind as owner, n.detail,
        to_char(n.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
        n.owner_kind = 'person' and not exists (
          select 1 from "user" u where u.id = n.owner_id and u.suspended_at is null
        ) as "isOwnerGone",
        (select u.email from "user" u where c.channel = 'mail' and u.id = c.recipient
          and u.suspended_at is null) as email
      from claimed c join notifications n on n.id = c.notification_id`,
  );
}
