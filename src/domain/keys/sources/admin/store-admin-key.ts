import "server-only";
import { randomUUID } from "node:crypto";
import type { Owner } from "@/contracts/owner";
import type { AdminKeyProvider } from "@/contracts/reconciliation";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { sealInTransaction } from "@/domain/vault/data-keys/seal-in-transaction";
import { sealText } from "@/domain/vault/sealing/seal-text";
import { ADMIN_KEYS } from "@/domain/vault/sealing/sealed-columns";
import type { Transaction } from "@/lib/db/client";
import { adminKeysTable } from "@/lib/db/schema";
import { sealOwnerOf } from "./admin-key-owner";

/**
 * Seals an admin key of an owner; one that is there for this provider is replaced.
 *
 * @param together what is stored in the same transaction
 * @returns its id
 * @throws AppError `not_found` if the owner is gone; `key_store_unavailable`, `conflict`
 */
export async function storeAdminKey(
  actor: Actor | SystemActor,
  owner: Owner,
  { provider, apiKey }: { provider: AdminKeyProvider; apiKey: string },
  together: (tx: Transaction) => Promise<void>,
): Promise<string> {
  const sealOwner = sealOwnerOf(owner);
  const sealPurpose = `${provider}:${randomUUID()}`;
  return sealInTransaction(sealOwner, 1, async (tx, dataKey) => {
    const place = { owner: sealOwner.ownerId, purpose: sealPurpose };
    const secret = {
      sealedKey: sealText(ADMIN_KEYS, place, apiKey, dataKey),
      sealPurpose,
      last4: apiKey.slice(-4),
      unreadableSince: null,
      createdBy: "userId" in actor ? actor.userId : `system:${actor.system}`,
      updatedAt: new Date(),
    };
    const { ownerKind, ownerId, provider: of } = adminKeysTable;
    const [row] = await tx
      .insert(adminKeysTable)
      .values({ ownerKind: owner.kind, ownerId: owner.id, provider, ...secret })
      .onConflictDoUpdate({ target: [ownerKind, ownerId, of], set: secret })
      .returning({ id: adminKeysTable.id });
    if (!row) throw new Error("an upsert returned no row");
    await recordAuditEvent(tx, actor, "admin_key.saved", row.id, {
      provider,
      owner: owner.kind,
      dataKey: dataKey.id,
    });
    await together(tx);
    return row.id;
  });
}
