import "server-only";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { threadsTable } from "@/lib/db/schema";
import { requireProjectAccess } from "../project-access";
import { threadOfProject } from "./thread-access";

/** Deletes a thread with its messages. @throws AppError `not_found` */
export async function deleteThread(actor: Actor, projectId: string, threadId: string): Promise<void> {
  const id = await requireProjectAccess(actor, projectId);
  const db = await database();
  const deleted = await db
    .delete(threadsTable)
    .where(threadOfProject(id, threadId))
    .returning({ id: threadsTable.id });
  if (deleted.length === 0) throw notFound("thread");
}
