import "server-only";
import { and, eq, notExists, or, type SQL, sql } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { isOperator } from "@/domain/vault/require-operator";
import { database } from "@/lib/db/client";
import { notificationSettingsTable, notificationsTable } from "@/lib/db/schema";

/**
 * Which notifications a person sees: their own, and, if they operate it, the installation's. Without kinds
 * that they do not want to see here.
 */
export async function visibleTo(actor: Actor): Promise<SQL | undefined> {
  const { ownerKind, ownerId, kind } = notificationsTable;
  const own = and(eq(ownerKind, "person"), eq(ownerId, actor.userId));
  const db = await database();
  const hidden = db
    .select({ one: sql`1` })
    .from(notificationSettingsTable)
    .where(
      and(
        eq(notificationSettingsTable.userId, actor.userId),
        eq(notificationSettingsTable.kind, kind),
        eq(notificationSettingsTable.channel, "app"),
        eq(notificationSettingsTable.isOn, false),
      ),
    );
  const mine = (await isOperator(actor)) ? or(own, eq(ownerKind, "installation")) : own;
  return and(mine, notExists(hidden));
}

/** Whether the person has read the notification of the row. */
export function isReadBy({ userId }: Actor): SQL<boolean> {
  return sql<boolean>`exists (select 1 from notification_reads r
    where r.user_id = ${userId} and r.notification_id = notifications.id)`;
}
