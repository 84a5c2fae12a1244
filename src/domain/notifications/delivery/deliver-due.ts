import "server-only";
import { sql } from "drizzle-orm";
import type { NotificationKind } from "@/contracts/notification-kind";
import { notificationSentence } from "@/contracts/notification-sentence";
import type { NotificationDetail } from "@/contracts/notifications";
import type { OwnerKind } from "@/contracts/owner";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { environment } from "@/lib/env.server";
import { logger } from "@/lib/logger";
import { hasMailServer, sendMail } from "../mail/mail-server";
import { notificationMail } from "../mail/notification-mail";
import { sendWebhook } from "../webhooks/send-webhook";
import { type Attempt, recordAttempt } from "./record-attempt";

const BATCH = 10;

/** A delivery that is under way here. */
interface Delivery {
  id: string;
  channel: "mail" | "webhook";
  recipient: string;
  webhookId: string | null;
  attempts: number;
  kind: NotificationKind;
  owner: OwnerKind;
  detail: NotificationDetail;
  /** ISO time of what is told. */
  at: string;
  /** Of a mail: the account's address now; null if it is gone or suspended. */
  email: string | null;
}

/**
 * Tries what is due, at most BATCH at once. Claiming moves `next_at` two minutes ahead, longer than any
 * attempt takes: no other server tries the same, and one that dies is taken over.
 *
 * @returns whether there may be more
 */
export async function deliverDue(): Promise<boolean> {
  const db = await database();
  // Mail waits while there is no server for it.
  const channels = hasMailServer() ? sql`true` : sql`channel <> 'mail'`;
  const claimed = await rowsOf<Delivery>(
    db,
    sql`with claimed as (
        update notification_deliveries set attempts = attempts + 1, next_at = now() + interval '2 minutes'
        where id in (
          select id from notification_deliveries where state = 'waiting' and next_at <= now() and ${channels}
          order by next_at limit ${BATCH} for update skip locked
        )
        returning id, channel, recipient, webhook_id, attempts, notification_id
      )
      select c.id, c.channel, c.recipient, c.webhook_id as "webhookId", c.attempts, n.kind,
        n.owner_kind as owner, n.detail,
        to_char(n.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
        (select u.email from "user" u where c.channel = 'mail' and u.id = c.recipient
          and u.suspended_at is null) as email
      from claimed c join notifications n on n.id = c.notification_id`,
  );
  await Promise.all(claimed.map(tryOne));
  return claimed.length === BATCH;
}

async function tryOne(delivery: Delivery): Promise<void> {
  try {
    await recordAttempt(delivery, await attempt(delivery));
  } catch (error) {
    // Tried again when the claim has run out.
    logger.error({ err: error, delivery: delivery.id }, "a notification could not be delivered");
  }
}

/** @returns "gone" if there is nobody to tell any more */
async function attempt(delivery: Delivery): Promise<Attempt | "gone"> {
  if (delivery.channel === "mail") {
    if (delivery.email === null) return "gone";
    const mail = notificationMail(delivery);
    return { outcome: await sendMail({ ...mail, to: delivery.email, id: delivery.id }), status: null };
  }
  const sent = await sendWebhook(delivery.recipient, {
    id: `msg_${delivery.id}`,
    body: JSON.stringify(webhookBody(delivery)),
  });
  return sent ?? "gone";
}

function webhookBody({ kind, owner, detail, at }: Delivery) {
  const { title, text, href } = notificationSentence(kind, detail, owner === "installation");
  const url = `${environment().APP_URL}${href}`;
  return { type: kind, timestamp: at, data: { owner, title, text, url, detail } };
}
