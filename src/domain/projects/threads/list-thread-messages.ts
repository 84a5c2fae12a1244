import "server-only";
import { and, asc, eq } from "drizzle-orm";
import type { ThreadMessage } from "@/contracts/threads";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { messagesTable, threadsTable } from "@/lib/db/schema";
import { requireProjectAccess } from "../project-access";
import { threadOfProject } from "./thread-access";

/**
 * Every message of a thread (all branches), oldest first. Empty for a thread of another project and for one
 * that does not exist yet: its first message creates it.
 *
 * @throws AppError `not_found` for the project
 */
export async function listThreadMessages(
  actor: Actor,
  projectId: string,
  threadId: string,
): Promise<ThreadMessage[]> {
  const id = await requireProjectAccess(actor, projectId);
  const db = await database();
  const rows = await db
    .select({
      id: messagesTable.id,
      parentId: messagesTable.parentId,
      role: messagesTable.role,
      parts: messagesTable.parts,
      metadata: messagesTable.metadata,
      createdAt: messagesTable.createdAt,
    })
    .from(messagesTable)
    .innerJoin(threadsTable, eq(threadsTable.id, messagesTable.threadId))
    .where(and(threadOfProject(id, threadId), eq(messagesTable.threadId, threadId)))
    .orderBy(asc(messagesTable.position));
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
}
