import "server-only";
import { desc, eq, sql } from "drizzle-orm";
import type { InvitationState, InvitationsResponse } from "@/contracts/people";
import { database } from "@/lib/db/client";
import { accountLinksTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";

/** Every open one fits, and the latest of the others. */
const MOST_LISTED = 500;

/** Invitations, those that can still be used first. Their links cannot be shown again. */
export async function listInvitations(): Promise<InvitationsResponse> {
  const { id, email, kind, createdAt, expiresAt, usedAt, revokedAt } = accountLinksTable;
  const state = sql<InvitationState>`case
    when ${usedAt} is not null then 'used'
    when ${revokedAt} is not null then 'revoked'
    when ${expiresAt} <= now() then 'expired'
    else 'open' end`;
  const db = await database();
  const rows = await db
    .select({ id, email, state, createdAt, expiresAt, usedAt })
    .from(accountLinksTable)
    .where(eq(kind, "invitation"))
    .orderBy(sql`${state} = 'open' desc`, desc(createdAt), desc(id))
    .limit(MOST_LISTED);
  return {
    signUp: environment().SIGN_UP,
    invitations: rows.map((row) => ({
      ...row,
      createdAt: row.createdAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
      usedAt: row.usedAt?.toISOString() ?? null,
    })),
  };
}
