import "server-only";
import { and, eq } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { usageEventsTable } from "@/lib/db/schema";

/** Whether an answer of the actor's was recorded under this message id. */
export async function hasUsed({ userId }: Actor, messageId: string): Promise<boolean> {
  const db = await database();
  const found = await db
    .select({ id: usageEventsTable.id })
    .from(usageEventsTable)
    .where(and(eq(usageEventsTable.messageId, messageId), eq(usageEventsTable.userId, userId)))
    .limit(1);
  return found.length > 0;
}
