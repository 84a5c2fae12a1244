import "server-only";
import { eq } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { notificationDeliveriesTable, webhooksTable } from "@/lib/db/schema";
import { requireWebhook } from "./webhook-access";

/** What was still to be sent to it goes with it. @throws AppError `not_found` */
export async function deleteWebhook(actor: Actor, webhookId: string): Promise<void> {
  const { is } = await requireWebhook(actor, webhookId);
  const db = await database();
  await db.transaction(async (tx) => {
    const [deleted] = await tx.delete(webhooksTable).where(is).returning({ id: webhooksTable.id });
    if (!deleted) throw notFound("webhook");
    await tx.delete(notificationDeliveriesTable).where(eq(notificationDeliveriesTable.webhookId, webhookId));
    await recordAuditEvent(tx, actor, "webhook.deleted", webhookId);
  });
}
