import "server-only";
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import type { WebhookTestResponse } from "@/contracts/webhooks";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { webhooksTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";
import { consumeLimit } from "@/lib/rate-limiter";
import { outcomeSentence } from "../delivery/outcome-sentence";
import { sendWebhook } from "./send-webhook";
import { requireWebhook, WEBHOOK_CHANGES } from "./webhook-access";

/**
 * Sends a message of the type `test`, to a disabled one too, and says how that went.
 *
 * @throws AppError `not_found`
 */
export async function testWebhook(actor: Actor, webhookId: string): Promise<WebhookTestResponse> {
  await consumeLimit(WEBHOOK_CHANGES, actor.userId);
  const { is, owner } = await requireWebhook(actor, webhookId);
  const db = await database();
  await recordAuditEvent(db, actor, "webhook.tested", webhookId);
  const body = {
    type: "test",
    timestamp: new Date().toISOString(),
    data: {
      owner: owner.kind,
      title: "This is a test",
      text: "Orchestral can reach this receiver.",
      url: `${environment().APP_URL}/notifications#webhooks`,
    },
  };
  const sent = await sendWebhook(webhookId, { id: `msg_${randomUUID()}`, body: JSON.stringify(body) });
  if (!sent) throw notFound("webhook");
  const isDelivered = sent.outcome === "delivered";
  await db
    .update(webhooksTable)
    .set({
      lastOutcome: sent.outcome,
      lastStatus: sent.status,
      lastAt: sql`now()`,
      ...(isDelivered ? { failingSince: null } : {}),
    })
    .where(is);
  return { ...sent, sentence: outcomeSentence("webhook", sent.outcome, sent.status) };
}
