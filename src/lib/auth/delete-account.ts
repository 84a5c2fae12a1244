import "server-only";
import { eq } from "drizzle-orm";
import type { Database } from "@/lib/db/client";
import { sessionTable, userTable } from "@/lib/db/schema";
import { tellAccountEvent } from "./account-events";
import { tellSessionEnd } from "./session-end";

/**
 * Deletes an account with all that belongs to it, or nothing, and then announces that its sessions have
 * ended. Better Auth on its own deletes sessions, sign-in methods and user one after the other: a failure in
 * between would leave an account that no one can sign in to.
 */
export async function deleteAccount(db: Database, userId: string): Promise<void> {
  const sessions = await db.transaction(async (tx) => {
    // New sign-ins wait, then find no account: no session begins unseen after the next query.
    await tx.select({ id: userTable.id }).from(userTable).where(eq(userTable.id, userId)).for("update");
    const ending = await tx
      .select({ id: sessionTable.id })
      .from(sessionTable)
      .where(eq(sessionTable.userId, userId));
    await tx.delete(userTable).where(eq(userTable.id, userId));
    return ending;
  });
  for (const { id } of sessions) tellSessionEnd(id);
  tellAccountEvent({ kind: "deleted", userId });
}
