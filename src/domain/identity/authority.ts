import "server-only";
import { AppError, notFound } from "@/lib/app-error";
import { accountSuspended } from "@/lib/auth/account-suspended";
import { runStatement } from "@/lib/db/run-statement";
import type { Actor } from "./actor";

/** Whether an actor may still act, and if not, why. */
export type Standing = "active" | "suspended" | "signed_out" | "project_gone";

/**
 * An expression for a statement that needs the actor's authority: it is read where it is used, so that it
 * ends with the session, the suspension or the project, and not with the request that checked them first.
 *
 * @param user places of parameters, as `$1`: the actor's user, session or null, and the project they work in
 *   or null
 */
export function standingOf(user: string, session: string, project: string): string {
  return `case
    when not exists (select 1 from "user" where id = ${user}) then 'signed_out'
    when exists (select 1 from "user" where id = ${user} and suspended_at is not null) then 'suspended'
    when ${session}::text is not null and not exists (
      select 1 from session where id = ${session}::text and user_id = ${user}
        and expires_at > now() at time zone 'utc'
    ) then 'signed_out'
    when ${project}::uuid is not null and not exists (
      select 1 from projects where id = ${project}::uuid and user_id = ${user}
    ) then 'project_gone'
    else 'active' end`;
}

const STANDING = `select ${standingOf("$1", "$2", "$3")} as standing`;

/** The same in a query of its own. @throws AppError as `refuseUnlessActive` */
export async function requireStanding({ userId, sessionId }: Actor, projectId?: string): Promise<void> {
  const values = [userId, sessionId ?? null, projectId ?? null];
  const [row] = await runStatement<{ standing: Standing }>(STANDING, values);
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
