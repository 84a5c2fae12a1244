import "server-only";
import { eq } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { userTable, vaultStateTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";
import { logger } from "@/lib/logger";

interface FirstAccount {
  id: string;
  /** Whether it was deleted. Nobody takes its place: whoever is next oldest was never chosen. */
  isGone: boolean;
}

/** The first account ever made here, remembered by a trigger (migration 0016); null while there was none. */
export async function findFirstAccount(): Promise<FirstAccount | null> {
  const db = await database();
  const [row] = await db
    .select({ id: vaultStateTable.firstAccountId, account: userTable.id })
    .from(vaultStateTable)
    .leftJoin(userTable, eq(userTable.id, vaultStateTable.firstAccountId));
  return row?.id ? { id: row.id, isGone: row.account === null } : null;
}

/** @returns what to do about it if nobody can be operator any more; null if somebody can, or nobody has an account yet */
export async function missingOperator(): Promise<string | null> {
  if (environment().OPERATOR_EMAILS.length > 0) return null;
  const first = await findFirstAccount();
  if (!first?.isGone) return null;
  return "Nobody operates this installation: the first account is gone, and no other takes its place. Name the operators in OPERATOR_EMAILS and restart.";
}

/** Logs at the start what missingOperator finds. */
export async function warnOfMissingOperator(): Promise<void> {
  const sentence = await missingOperator();
  if (sentence) logger.warn(sentence);
}
