import "server-only";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { threadsTable } from "@/lib/db/schema";
import { holdProject } from "../hold-project";
import { tellProjectEnd } from "../project-end";
import { threadOfProject } from "./thread-access";

/** Deletes a thread with its messages. @throws AppError `not_found` */
export async function deleteThread(actor: Actor, projectId: string, threadId: string): Promise<void> {
  const db = await database();
  const id = await db.transaction(async (tx) => {
    // The project's lock before the thread's: its row counts what its threads hold.
    const held = await holdProject(tx, actor, projectId);
    const deleted = await tx
      .delete(threadsTable)
      .where(threadOfProject(held, threadId))
      .returning({ id: threadsTable.id });
    if (deleted.length === 0) throw notFound("thread");
    return held;
  });
  tellProjectEnd({ projectId: id, threadId: threadId.toLowerCase() });
}
