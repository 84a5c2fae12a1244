import "server-only";
import { eq } from "drizzle-orm";
import { AuthorityKeyMissing } from "@/lib/auth/authority/authority-key";
import { isGenuine } from "@/lib/auth/authority/sign-row";
import { database } from "@/lib/db/client";
import { userTable, vaultStateTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";
import { logger } from "@/lib/logger";

interface FirstAccount {
  id: string;
  /** Whether it was deleted. The next oldest account does not replace it: that person was never chosen. */
  isGone: boolean;
  /**
   * Whether this record, or the account, was changed outside of the product. Only the account that was made
   * when there was no other says so of itself, signed (lib/auth/authority).
   */
  isAltered: boolean;
}

/** The first account created here, recorded by a trigger (migration 0016); null if there was none. */
export async function findFirstAccount(): Promise<FirstAccount | null> {
  const db = await database();
  const [row] = await db
    .select({ id: vaultStateTable.firstAccountId, account: userTable })
    .from(vaultStateTable)
    .leftJoin(userTable, eq(userTable.id, vaultStateTable.firstAccountId));
  if (!row?.id) return null;
  const { id, account } = row;
  const isAltered = account !== null && !((await isGenuine("user", account)) && account.isFirst);
  return { id, isGone: account === null, isAltered };
}

/** @returns how to fix it if no operator is left; null if there is one, or no account exists yet */
export async function missingOperator(): Promise<string | null> {
  if (environment().OPERATOR_EMAILS.length > 0) return null;
  const first = await findFirstAccount().catch((error: unknown) => {
    // A finding of its own (vault/authority/diagnose-authority.ts).
    if (error instanceof AuthorityKeyMissing) return null;
    throw error;
  });
  if (first?.isAltered) {
    return "Nobody operates this installation: the record of the first account was changed outside of Orchestral. Name the operators in OPERATOR_EMAILS and restart.";
  }
  if (!first?.isGone) return null;
  return "Nobody operates this installation: the first account is gone, and no other takes its place. Name the operators in OPERATOR_EMAILS and restart.";
}

/** Logs the result of missingOperator at startup. */
export async function warnOfMissingOperator(): Promise<void> {
  const sentence = await missingOperator();
  if (sentence) logger.warn(sentence);
}
