import "server-only";
import { asc, eq } from "drizzle-orm";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { userTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";
import type { Actor } from "../actor";

/**
 * Whether somebody operates this installation: one of OPERATOR_EMAILS, with the address verified or not, or, when that is
 * not set, whoever made the first account.
 */
export async function isOperator(actor: Actor): Promise<boolean> {
  const listed = environment().OPERATOR_EMAILS;
  const db = await database();
  if (listed.length > 0) {
    const [user] = await db
      .select({ email: userTable.email })
      .from(userTable)
      .where(eq(userTable.id, actor.userId));
    return user !== undefined && listed.includes(user.email.toLowerCase());
  }
  const [first] = await db
    .select({ id: userTable.id })
    .from(userTable)
    .orderBy(asc(userTable.createdAt), asc(userTable.id))
    .limit(1);
  return first?.id === actor.userId;
}

/** @throws AppError `not_found`: for everybody else the operators' pages do not exist */
export async function requireOperator(actor: Actor): Promise<void> {
  if (!(await isOperator(actor))) throw notFound("page");
}
