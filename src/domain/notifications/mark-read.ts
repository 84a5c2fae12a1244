import "server-only";
import { and, eq, not, sql } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { notificationReadsTable, notificationsTable } from "@/lib/db/schema";
import { isReadBy, visibleTo } from "./visible-notifications";

/** @throws AppError `not_found` */
export async function markRead(actor: Actor, notificationId: string, isRead: boolean): Promise<void> {
  const visible = await visibleTo(actor);
  const db = await database();
  const [found] = await db
    .select({ id: notificationsTable.id })
    .from(notificationsTable)
    .where(and(eq(notificationsTable.id, notificationId), visible));
  if (!found) throw notFound("notification");
  const { userId } = actor;
  if (isRead) {
    await db.insert(notificationReadsTable).values({ userId, notificationId }).onConflictDoNothing();
    return;
  }
  await db
    .delete(notificationReadsTable)
    .where(
      and(
        eq(notificationReadsTable.userId, userId),
        eq(notificationReadsTable.notificationId, notificationId),
      ),
    );
}

/** Marks all that a person sees as read. @param upTo ISO time of the newest one they know of */
export async function markAllRead(actor: Actor, upTo: string): Promise<void> {
  const visible = await visibleTo(actor);
  const { id, createdAt } = notificationsTable;
  const db = await database();
  // The list names milliseconds, the database has more.
  const isKnown = sql`date_trunc('milliseconds', ${createdAt}) <= ${upTo}::timestamptz`;
  await db
    .insert(notificationReadsTable)
    .select(
      db
        .select({
          userId: sql<string>`${actor.userId}`.as("user_id"),
          notificationId: id,
          readAt: sql<Date>`now()`.as("read_at"),
        })
        .from(notificationsTable)
        .where(and(visible, isKnown, not(isReadBy(actor)))),
    )
    .onConflictDoNothing();
}
