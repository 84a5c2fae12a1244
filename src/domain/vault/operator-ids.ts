import "server-only";
import { inArray, sql } from "drizzle-orm";
import { findFirstAccount } from "@/domain/identity/operators/first-account";
import { database } from "@/lib/db/client";
import { userTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";
import { isOperator } from "./require-operator";

/** The accounts that operate this installation. `isOperator` decides; here are those it may say yes to. */
export async function operatorIds(): Promise<ReadonlySet<string>> {
  const candidates = await possibleOperators();
  const answers = await Promise.all(candidates.map((userId) => isOperator({ userId })));
  return new Set(candidates.filter((_, index) => answers[index]));
}

async function possibleOperators(): Promise<string[]> {
  const listed = environment().OPERATOR_EMAILS;
  if (listed.length === 0) {
    const first = await findFirstAccount();
    return first && !first.isGone ? [first.id] : [];
  }
  const db = await database();
  const rows = await db
    .select({ id: userTable.id })
    .from(userTable)
    .where(inArray(sql`lower(${userTable.email})`, listed));
  return rows.map(({ id }) => id);
}
