import "server-only";
import { eq } from "drizzle-orm";
import type { Database, Transaction } from "@/lib/db/client";
import { sessionTable, userTable } from "@/lib/db/schema";
import { tellSessionEnd } from "./session-end";

/**
 * Ends every session of a person, in the caller's transaction. Sign-ins wait for it and find what it decided:
 * no session begins unseen.
 *
 * @returns their ids: pass each to `tellSessionEnd` once the transaction has committed
 */
export async function endSessions(tx: Transaction, userId: string): Promise<string[]> {
  await tx.select({ id: userTable.id }).from(userTable).where(eq(userTable.id, userId)).for("update");
  const ended = await tx
    .delete(sessionTable)
    .where(eq(sessionTable.userId, userId))
    .returning({ id: sessionTable.id });
  return ended.map(({ id }) => id);
}

/** The same in a transaction of its own. @returns how many there were */
export async function endSessionsNow(db: Database, userId: string): Promise<number> {
  const ended = await db.transaction((tx) => endSessions(tx, userId));
  for (const id of ended) tellSessionEnd(id);
  return ended.length;
}
