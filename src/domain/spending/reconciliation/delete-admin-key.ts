import "server-only";
import { and, eq } from "drizzle-orm";
import type { Owner } from "@/contracts/owner";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { adminKeysTable, reconciliationSourcesTable as sources } from "@/lib/db/schema";
import { consumeLimit, type Limit } from "@/lib/rate-limiter";
import { ADMIN } from "./source";

/** Each leaves an audit record that outlives the key. */
const DELETIONS: Limit = {
  name: "admin-key-delete",
  points: 30,
  seconds: 60,
  sentence: "You have deleted admin keys very often in the last minute.",
};

/** Deletes an owner's admin key. What its provider has said stays. @throws AppError `not_found` */
export async function deleteAdminKey(actor: Actor | SystemActor, owner: Owner, id: string): Promise<void> {
  await consumeLimit(DELETIONS, `${owner.kind}:${owner.id}`);
  const db = await database();
  await db.transaction(async (tx) => {
    const [gone] = await tx
      .delete(adminKeysTable)
      .where(
        and(
          eq(adminKeysTable.id, id),
          eq(adminKeysTable.ownerKind, owner.kind),
          eq(adminKeysTable.ownerId, owner.id),
        ),
      )
      .returning({ provider: adminKeysTable.provider });
    if (!gone) throw notFound("admin key");
    await tx
      .delete(sources)
      .where(
        and(
          eq(sources.ownerKind, owner.kind),
          eq(sources.ownerId, owner.id),
          eq(sources.provider, gone.provider),
          eq(sources.keyRef, ADMIN),
        ),
      );
    await recordAuditEvent(tx, actor, "admin_key.deleted", id, {
      provider: gone.provider,
      owner: owner.kind,
    });
  });
}
