import "server-only";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { voidResetLinks } from "@/lib/auth/account-links";
import { database } from "@/lib/db/client";
import { holdPerson } from "./hold-person";

/** Makes a person's open password-reset link unusable, if there is one. @throws AppError `not_found` */
export async function revokeResetLink(actor: Actor | SystemActor, personId: string): Promise<void> {
  const db = await database();
  await db.transaction(async (tx) => {
    await holdPerson(tx, personId);
    const voided = await voidResetLinks(tx, personId);
    if (voided > 0) await recordAuditEvent(tx, actor, "reset_link.revoked", personId);
  });
}
