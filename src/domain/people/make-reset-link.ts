import "server-only";
import type { AccountLink } from "@/contracts/people";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { AppError } from "@/lib/app-error";
import { makeAccountLink, voidResetLinks } from "@/lib/auth/account-links";
import { database } from "@/lib/db/client";
import { holdPerson } from "./hold-person";

/**
 * Makes a link with which a person sets a new password. An older one can no longer be used.
 *
 * @throws AppError `not_found`; `conflict` if the person is suspended
 */
export async function makeResetLink(actor: Actor | SystemActor, personId: string): Promise<AccountLink> {
  const db = await database();
  return db.transaction(async (tx) => {
    if ((await holdPerson(tx, personId)).suspendedAt) {
      throw new AppError("conflict", "This person is suspended. Let them in again first.");
    }
    await voidResetLinks(tx, personId);
    const purpose = { kind: "password_reset", userId: personId } as const;
    const { id, url, expiresAt } = await makeAccountLink(tx, purpose);
    await recordAuditEvent(tx, actor, "reset_link.made", personId, { link: id });
    return { id, url, expiresAt: expiresAt.toISOString() };
  });
}
