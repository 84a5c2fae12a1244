import "server-only";
import { sql } from "drizzle-orm";
import type { ChangeWebhookRequest } from "@/contracts/webhooks";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { webhooksTable } from "@/lib/db/schema";
import { consumeLimit } from "@/lib/rate-limiter";
import { requireWebhook, WEBHOOK_CHANGES } from "./webhook-access";
import { parseWebhookAddress } from "./webhook-address";

/** @throws AppError `not_found`, `webhook_refused` */
export async function changeWebhook(
  actor: Actor,
  webhookId: string,
  { address, kinds, isActive }: ChangeWebhookRequest,
): Promise<void> {
  await consumeLimit(WEBHOOK_CHANGES, actor.userId);
  const { is, address: before } = await requireWebhook(actor, webhookId);
  // One that stays is not asked whether it would be let in today.
  const url = address === undefined || address === before ? before : parseWebhookAddress(address).url;
  const isMoved = url !== before;
  const change = {
    ...(isMoved ? { address: url, ...MOVED } : {}),
    ...(kinds === undefined ? {} : { kinds }),
    ...(isActive === undefined ? {} : isActive ? ENABLED : DISABLED),
  };
  const db = await database();
  await db.transaction(async (tx) => {
    const [changed] = await tx
      .update(webhooksTable)
      // Nothing changes if the address is what it was, for example.
      .set({ address: sql`address`, ...change })
      .where(is)
      .returning({ id: webhooksTable.id });
    if (!changed) throw notFound("webhook");
    await recordAuditEvent(tx, actor, "webhook.changed", webhookId, {
      address: isMoved,
      ...(kinds === undefined ? {} : { kinds }),
      ...(isActive === undefined ? {} : { isActive }),
    });
  });
}

/** What the receiver of before did is of no interest; what its owner disabled stays so. */
const MOVED = {
  disabledAt: sql`case when disabled_because is null then disabled_at end`,
  disabledBecause: null,
  failingSince: null,
};
const ENABLED = { disabledAt: null, disabledBecause: null, failingSince: null };
const DISABLED = { disabledAt: sql`coalesce(disabled_at, now())`, disabledBecause: null };
