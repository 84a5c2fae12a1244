import "server-only";
import { eq } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { findFirstAccount } from "@/domain/identity/operators/first-account";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { userTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";
import { logger } from "@/lib/logger";
import { queueAuditEvent } from "./audit/audit-queue";

/**
 * Whether somebody operates this installation: one of OPERATOR_EMAILS, with the address verified or not, or, when that is
 * not set, whoever made the first account. When that account is gone, nobody.
 */
export async function isOperator(actor: Actor): Promise<boolean> {
  const listed = environment().OPERATOR_EMAILS;
  if (listed.length === 0) return (await findFirstAccount())?.id === actor.userId;
  const db = await database();
  const [user] = await db
    .select({ email: userTable.email })
    .from(userTable)
    .where(eq(userTable.id, actor.userId));
  return user !== undefined && listed.includes(user.email.toLowerCase());
}

/** The same at the door of the operators' pages and orders: leaves a record of whom it refuses. */
export async function mayOperate(actor: Actor): Promise<boolean> {
  if (await isOperator(actor)) return true;
  try {
    queueAuditEvent({ actor, action: "operator.denied", objectId: "vault" });
  } catch (error) {
    // Nothing is given away without the record, and the answer must not differ from that of a missing page.
    logger.error({ err: error }, "a refusal could not be recorded");
  }
  return false;
}

/** @throws AppError `not_found`: for everybody else the operators' pages do not exist */
export async function requireOperator(actor: Actor): Promise<void> {
  if (!(await mayOperate(actor))) throw notFound("page");
}
