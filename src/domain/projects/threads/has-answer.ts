import "server-only";
import { and, eq } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { messagesTable, projectsTable, threadsTable } from "@/lib/db/schema";

/** Whether an answer of this id, or what came of it, is stored in one of the actor's threads. */
export async function hasAnswer({ userId }: Actor, id: string): Promise<boolean> {
  const db = await database();
  const found = await db
    .select({ id: messagesTable.id })
    .from(projectsTable)
    .innerJoin(threadsTable, eq(threadsTable.projectId, projectsTable.id))
    .innerJoin(messagesTable, and(eq(messagesTable.threadId, threadsTable.id), eq(messagesTable.id, id)))
    .where(and(eq(projectsTable.userId, userId), eq(messagesTable.role, "assistant")))
    .limit(1);
  return found.length > 0;
}
