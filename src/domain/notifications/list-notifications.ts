import "server-only";
import { and, desc, sql } from "drizzle-orm";
import { NOTIFICATIONS_PER_PAGE } from "@/contracts/limits";
import type { NotificationListResponse, NotificationPage } from "@/contracts/notifications";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { notificationsTable } from "@/lib/db/schema";
import { countUnread } from "./count-unread";
import { isReadBy, visibleTo } from "./visible-notifications";

/** A page of what a person was told, newest first. */
export async function listNotifications(
  actor: Actor,
  { cursor, limit = NOTIFICATIONS_PER_PAGE }: NotificationPage = {},
): Promise<NotificationListResponse> {
  const visible = await visibleTo(actor);
  const most = Math.min(limit, NOTIFICATIONS_PER_PAGE);
  const { id, kind, ownerKind, detail, createdAt } = notificationsTable;
  const db = await database();
  const rows = await db
    .select({ id, kind, owner: ownerKind, detail, createdAt, isRead: isReadBy(actor) })
    .from(notificationsTable)
    .where(
      and(
        visible,
        cursor === undefined
          ? undefined
          : sql`(${createdAt}, ${id}) < (select created_at, id from notifications where id = ${cursor}::uuid)`,
      ),
    )
    .orderBy(desc(createdAt), desc(id))
    .limit(most + 1);
  const page = rows.slice(0, most);
  return {
    notifications: page.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() })),
    next: rows.length > most ? (page.at(-1)?.id ?? null) : null,
    unread: await countUnread(actor),
  };
}
