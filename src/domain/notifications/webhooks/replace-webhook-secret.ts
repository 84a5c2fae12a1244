import "server-only";
import type { WebhookSecretResponse } from "@/contracts/webhooks";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { sealInTransaction } from "@/domain/vault/data-keys/seal-in-transaction";
import { sealText } from "@/domain/vault/sealing/seal-text";
import { WEBHOOK_SECRETS } from "@/domain/vault/sealing/sealed-columns";
import { notFound } from "@/lib/app-error";
import { webhooksTable } from "@/lib/db/schema";
import { consumeLimit } from "@/lib/rate-limiter";
import { holdPerson } from "./add-webhook";
import { newWebhookSecret } from "./sign-webhook";
import { requireWebhook, sealOwnerOf, WEBHOOK_CHANGES } from "./webhook-access";

/** Makes a new signing secret; the one before signs no longer. @throws AppError `not_found` */
export async function replaceWebhookSecret(actor: Actor, webhookId: string): Promise<WebhookSecretResponse> {
  await consumeLimit(WEBHOOK_CHANGES, actor.userId);
  const { owner, is } = await requireWebhook(actor, webhookId);
  const secret = newWebhookSecret();
  const sealOwner = sealOwnerOf(owner);
  await sealInTransaction(
    sealOwner,
    1,
    async (tx, dataKey) => {
      const place = { owner: sealOwner.ownerId, purpose: webhookId };
      const [changed] = await tx
        .update(webhooksTable)
        .set({ secret: sealText(WEBHOOK_SECRETS, place, secret, dataKey), unreadableSince: null })
        .where(is)
        .returning({ id: webhooksTable.id });
      if (!changed) throw notFound("webhook");
      await recordAuditEvent(tx, actor, "webhook.secret_replaced", webhookId, { dataKey: dataKey.id });
    },
    (tx) => holdPerson(tx, owner),
  );
  return { id: webhookId, secret };
}
