import "server-only";
import { and, count, eq, sql } from "drizzle-orm";
import { OPEN_INVITATIONS } from "@/contracts/limits";
import type { AccountLink } from "@/contracts/people";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { AppError } from "@/lib/app-error";
import { isOpen, makeAccountLink } from "@/lib/auth/account-links";
import { database } from "@/lib/db/client";
import { accountLinksTable, userTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";

/**
 * Makes a link with which somebody makes an account, once.
 *
 * @param email the only address it is for; anybody's without
 * @throws AppError `conflict` if it could not be used; `limit_reached`
 */
export async function makeInvitation(
  actor: Actor | SystemActor,
  { email }: { email?: string | undefined },
): Promise<AccountLink> {
  if (environment().SIGN_UP === "closed") {
    throw new AppError(
      "conflict",
      "Sign-up is closed (SIGN_UP=closed), so nobody could use an invitation. Set SIGN_UP=invited and restart.",
    );
  }
  const address = email?.toLowerCase() ?? null;
  const db = await database();
  return db.transaction(async (tx) => {
    if (address !== null) {
      const [taken] = await tx
        .select({ id: userTable.id })
        .from(userTable)
        .where(eq(sql`lower(${userTable.email})`, address));
      if (taken) throw new AppError("conflict", "There is an account with this email address already.");
    }
    const [open] = await tx
      .select({ count: count() })
      .from(accountLinksTable)
      .where(and(isOpen(), eq(accountLinksTable.kind, "invitation")));
    if ((open?.count ?? 0) >= OPEN_INVITATIONS) {
      throw new AppError(
        "limit_reached",
        `There are ${OPEN_INVITATIONS} open invitations. Withdraw some that are not needed.`,
      );
    }
    const purpose = { kind: "invitation", email: address } as const;
    const { id, url, expiresAt } = await makeAccountLink(tx, purpose);
    await recordAuditEvent(tx, actor, "invitation.made", id, { pinned: address !== null });
    return { id, url, expiresAt: expiresAt.toISOString() };
  });
}
