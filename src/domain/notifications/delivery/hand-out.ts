import "server-only";
import { and, asc, eq, inArray, isNull, sql } from "drizzle-orm";
import { operatorIds } from "@/domain/vault/operator-ids";
import { database } from "@/lib/db/client";
import { listParam } from "@/lib/db/rows-of";
import { notificationsTable } from "@/lib/db/schema";
import { logger } from "@/lib/logger";
import { hasMailServer } from "../mail/mail-server";

const BATCH = 100;

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
    if (hasMailServer() && readers.length > 0) {
      await tx.execute(sql`
        insert into notification_deliveries (notification_id, channel, recipient)
        select n.id, 'mail', u.id
        from unnest(${listParam(readers.map(({ id }) => id))}::uuid[],
          ${listParam(readers.map(({ userId }) => userId))}::text[]) as r (notification_id, user_id)
        join notifications n on n.id = r.notification_id
        join "user" u on u.id = r.user_id and u.suspended_at is null
        where ${isWanted(sql`u.id`, "mail")}
        on conflict do nothing`);
    }
    await tx.execute(sql`
      insert into notification_deliveries (notification_id, channel, recipient, webhook_id)
      select n.id, 'webhook', w.id::text, w.id
      from notifications n join webhooks w on w.seal_owner = 'webhooks:' || n.owner_kind || ':' || n.owner_id
      where n.id = any(${listParam(ids)}::uuid[]) and w.disabled_at is null
        and (w.kinds = '{}' or n.kind = any(w.kinds))
        and (n.owner_kind <> 'person' or ${isWanted(sql`n.owner_id`, "webhook")})
        and not exists (select 1 from "user" u where n.owner_kind = 'person' and u.id = n.owner_id
          and u.suspended_at is not null)
      on conflict do nothing`);
    await tx
      .update(notificationsTable)
      .set({ handedOutAt: sql`now()` })
      .where(inArray(notificationsTable.id, ids));
    return rows.length === BATCH;
  });
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
function isWanted(userId: ReturnType<typeof sql>, channel: "mail" | "webhook") {
  return sql`not exists (select 1 from notification_settings s where s.user_id = ${userId}
    and s.kind = n.kind and s.channel = ${channel} and not s.is_on)`;
}
