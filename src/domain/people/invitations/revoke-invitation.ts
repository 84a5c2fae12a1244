import "server-only";
import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { AppError, notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { accountLinksTable } from "@/lib/db/schema";

/**
 * Makes an invitation unusable. Revoking twice changes nothing.
 *
 * @throws AppError `not_found`; `conflict` if it was used: then there is an account
 */
export async function revokeInvitation(actor: Actor | SystemActor, invitationId: string): Promise<void> {
  if (!z.uuid().safeParse(invitationId).success) throw notFound("invitation");
  const isIt = and(eq(accountLinksTable.id, invitationId), eq(accountLinksTable.kind, "invitation"));
  const db = await database();
  await db.transaction(async (tx) => {
    const revoked = await tx
      .update(accountLinksTable)
      .set({ revokedAt: new Date() })
      .where(and(isIt, isNull(accountLinksTable.usedAt), isNull(accountLinksTable.revokedAt)))
      .returning({ id: accountLinksTable.id });
    if (revoked.length > 0) return recordAuditEvent(tx, actor, "invitation.revoked", invitationId);
    const [row] = await tx.select({ usedAt: accountLinksTable.usedAt }).from(accountLinksTable).where(isIt);
    if (!row) throw notFound("invitation");
    if (row.usedAt) {
      throw new AppError(
        "conflict",
        "This invitation was used: there is an account now, which you can suspend.",
      );
    }
  });
}
