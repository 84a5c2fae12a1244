import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { projectsTable, threadsTable } from "@/lib/db/schema";
import { KNOWN_THREAD_ID } from "./thread-access";

/**
 * Checks that the actor has a thread of this id.
 *
 * @param projectId its project; null: whatever project
 * @throws AppError `not_found`
 */
export async function requireThread(actor: Actor, threadId: string, projectId: string | null): Promise<void> {
  const db = await database();
  const found = await db
    .select({ id: threadsTable.id })
    .from(threadsTable)
    .innerJoin(projectsTable, eq(projectsTable.id, threadsTable.projectId))
    .where(
      and(
        eq(projectsTable.userId, actor.userId),
        projectId === null ? undefined : eq(projectsTable.id, projectId),
        sql`${KNOWN_THREAD_ID} = ${threadId}::uuid`,
      ),
    )
    .limit(1);
  if (found.length === 0) throw notFound("thread");
}
