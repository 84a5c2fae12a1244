import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { AppError, notFound } from "@/lib/app-error";
import { accountSuspended } from "@/lib/auth/account-suspended";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { projectsTable, sessionTable, userTable } from "@/lib/db/schema";
import type { Actor } from "./actor";

/** Whether an actor may still act, and if not, why. */
export type Standing = "active" | "suspended" | "signed_out" | "project_gone";

/**
 * An expression for a query that needs the actor's authority: it is read where it is used, so that it ends
 * with the session, the suspension or the project, and not with the request that checked them first.
 *
 * @param projectId the project the actor works in
 */
export function standingOf({ userId, sessionId }: Actor, projectId?: string): SQL<Standing> {
  const ofUser = sql`from ${userTable} where ${userTable.id} = ${userId}`;
  const conditions = [
    sql`when not exists (select 1 ${ofUser}) then 'signed_out'`,
    sql`when exists (select 1 ${ofUser} and ${userTable.suspendedAt} is not null) then 'suspended'`,
  ];
  if (sessionId !== undefined) {
    conditions.push(sql`when not exists (
      select 1 from ${sessionTable} where ${sessionTable.id} = ${sessionId}
        and ${sessionTable.userId} = ${userId}
        and ${sessionTable.expiresAt} > now() at time zone 'utc'
    ) then 'signed_out'`);
  }
  if (projectId !== undefined) {
    conditions.push(sql`when not exists (
      select 1 from ${projectsTable} where ${projectsTable.id} = ${projectId}
        and ${projectsTable.userId} = ${userId}
    ) then 'project_gone'`);
  }
  return sql<Standing>`case ${sql.join(conditions, sql` `)} else 'active' end`;
}

/** The same in a query of its own. @throws AppError as `refuseUnlessActive` */
export async function requireStanding(actor: Actor, projectId?: string): Promise<void> {
  const query = sql`select ${standingOf(actor, projectId)} as standing`;
  const [row] = await rowsOf<{ standing: Standing }>(await database(), query);
  refuseUnlessActive(row?.standing ?? "signed_out");
}

/** @throws AppError `unauthorized`, `account_suspended`, `not_found` */
export function refuseUnlessActive(standing: Standing): void {
  switch (standing) {
    case "active":
      return;
    case "suspended":
      throw accountSuspended();
    case "signed_out":
      throw sessionEnded();
    case "project_gone":
      throw notFound("project");
  }
}

/** For work that a session asked for and that goes on no longer. */
export function sessionEnded(): AppError {
  return new AppError(
    "unauthorized",
    "The session that asked for this has ended, so it stopped here. Sign in and send it again.",
  );
}
