import "server-only";
import { randomUUID } from "node:crypto";
import { and, count, eq } from "drizzle-orm";
import { OWNER_MAX_WEBHOOKS } from "@/contracts/limits";
import type { Owner } from "@/contracts/owner";
import type { AddWebhookRequest, WebhookSecretResponse } from "@/contracts/webhooks";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { holdOwner } from "@/domain/vault/data-keys/hold-owner";
import { sealInTransaction } from "@/domain/vault/data-keys/seal-in-transaction";
import { sealText } from "@/domain/vault/sealing/seal-text";
import { WEBHOOK_SECRETS } from "@/domain/vault/sealing/sealed-columns";
import { AppError } from "@/lib/app-error";
import type { Transaction } from "@/lib/db/client";
import { webhooksTable } from "@/lib/db/schema";
import { consumeLimit } from "@/lib/rate-limiter";
import { newWebhookSecret } from "./sign-webhook";
import { ownerFor, sealOwnerOf, WEBHOOK_CHANGES } from "./webhook-access";
import { parseWebhookAddress } from "./webhook-address";

/**
 * Adds a receiver of notifications. @returns its signing secret, which is not shown again
 *
 * @throws AppError `webhook_refused`, `limit_reached`, `not_found`
 */
export async function addWebhook(actor: Actor, request: AddWebhookRequest): Promise<WebhookSecretResponse> {
  await consumeLimit(WEBHOOK_CHANGES, actor.userId);
  const owner = await ownerFor(actor, request.owner);
  const { url } = parseWebhookAddress(request.address);
  const id = randomUUID();
  const secret = newWebhookSecret();
  await sealInTransaction(
    sealOwnerOf(owner),
    1,
    async (tx, dataKey) => {
      const place = { owner: sealOwnerOf(owner).ownerId, purpose: id };
      // The data key is held: nobody else adds one for this owner meanwhile.
      const [others] = await tx
        .select({ count: count() })
        .from(webhooksTable)
        .where(and(eq(webhooksTable.ownerKind, owner.kind), eq(webhooksTable.ownerId, owner.id)));
      if ((others?.count ?? 0) >= OWNER_MAX_WEBHOOKS) {
        throw new AppError(
          "limit_reached",
          `There can be at most ${OWNER_MAX_WEBHOOKS} webhooks. Delete one first.`,
        );
      }
      await tx.insert(webhooksTable).values({
        id,
        ownerKind: owner.kind,
        ownerId: owner.id,
        address: url,
        kinds: request.kinds,
        secret: sealText(WEBHOOK_SECRETS, place, secret, dataKey),
      });
      await recordAuditEvent(tx, actor, "webhook.added", id, { owner: owner.kind, dataKey: dataKey.id });
    },
    (tx) => holdPerson(tx, owner),
  );
  return { id, secret };
}

/** No webhook is added for an account that is being deleted. */
export async function holdPerson(tx: Transaction, owner: Owner): Promise<void> {
  if (owner.kind === "person") await holdOwner(tx, { ownerKind: "user", ownerId: owner.id });
}
