import "server-only";
import { and, desc, eq, isNotNull } from "drizzle-orm";
import { NOTIFICATION_KINDS, type NotificationKind } from "@/contracts/notification-kind";
import type { ChannelSettings, NotificationSettingsResponse } from "@/contracts/notifications";
import type { Actor } from "@/domain/identity/actor";
import { isOperator } from "@/domain/vault/require-operator";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { notificationDeliveriesTable, notificationSettingsTable, userTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";

/** Of what a person is told and where, and whether mail reaches them. */
export async function readSettings(actor: Actor): Promise<NotificationSettingsResponse> {
  const db = await database();
  const [[user], rows, failing, operates] = await Promise.all([
    db.select({ email: userTable.email }).from(userTable).where(eq(userTable.id, actor.userId)),
    db.select().from(notificationSettingsTable).where(eq(notificationSettingsTable.userId, actor.userId)),
    mailFailure(actor),
    isOperator(actor),
  ]);
  if (!user) throw notFound("account");
  const settings = Object.fromEntries(
    NOTIFICATION_KINDS.map((kind) => [kind, { app: true, mail: true, webhook: true }]),
  ) as Record<NotificationKind, ChannelSettings>;
  for (const { kind, channel, isOn } of rows) {
    // A row may be of a kind that a later version knows.
    if (Object.hasOwn(settings, kind)) settings[kind][channel] = isOn;
  }
  const isConfigured = environment().SMTP_URL !== undefined;
  return {
    settings,
    mail: { isConfigured, address: user.email, failing: isConfigured ? failing : null },
    isOperator: operates,
  };
}

async function mailFailure({ userId }: Actor): Promise<NotificationSettingsResponse["mail"]["failing"]> {
  const { channel, recipient, lastOutcome, lastAt } = notificationDeliveriesTable;
  const db = await database();
  const [last] = await db
    .select({ outcome: lastOutcome, at: lastAt })
    .from(notificationDeliveriesTable)
    .where(and(eq(channel, "mail"), eq(recipient, userId), isNotNull(lastAt)))
    .orderBy(desc(lastAt))
    .limit(1);
  if (!last?.outcome || !last.at || last.outcome === "delivered") return null;
  return { outcome: last.outcome, at: last.at.toISOString() };
}
