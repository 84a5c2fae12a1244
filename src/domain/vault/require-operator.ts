import "server-only";
import { eq } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { findFirstAccount } from "@/domain/identity/operators/first-account";
import { notFound } from "@/lib/app-error";
import { isGenuine } from "@/lib/auth/authority/sign-row";
import { database } from "@/lib/db/client";
import { userTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";
import { logger } from "@/lib/logger";
import { queueAuditEvent } from "./audit/audit-queue";

/**
 * Whether this person operates the installation: one of OPERATOR_EMAILS, with the address verified or not,
 * or, if that is not set, the person who made the first account. If that account is gone, there is no
 * operator.
 */
export async function isOperator(actor: Actor): Promise<boolean> {
  const listed = environment().OPERATOR_EMAILS;
  if (listed.length === 0) {
    const first = await findFirstAccount();
    return first?.id === actor.userId && !first.isAltered;
  }
  const db = await database();
  const [user] = await db.select().from(userTable).where(eq(userTable.id, actor.userId));
  if (!user || !listed.includes(user.email.toLowerCase())) return false;
  return isGenuine("user", user);
}

/** The same check for the operators' pages and commands: records each refusal. */
export async function mayOperate(actor: Actor): Promise<boolean> {
  if (await isOperator(actor)) return true;
  try {
    queueAuditEvent({ actor, action: "operator.denied", objectId: "vault" });
  } catch (error) {
    // Nothing is disclosed without the record, and the answer must not differ from that of a missing page.
    logger.error({ err: error }, "a refusal could not be recorded");
  }
  return false;
}

/** @throws AppError `not_found`: for everybody else the operators' pages do not exist */
export async function requireOperator(actor: Actor): Promise<void> {
  if (!(await mayOperate(actor))) throw notFound("page");
}
