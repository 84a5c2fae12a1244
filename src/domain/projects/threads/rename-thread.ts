import "server-only";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { threadsTable } from "@/lib/db/schema";
import { requireProjectAccess } from "../project-access";
import { threadOfProject } from "./thread-access";

/** @throws AppError `not_found` */
export async function renameThread(
  actor: Actor,
  projectId: string,
  threadId: string,
  { title }: { title: string },
): Promise<void> {
  const id = await requireProjectAccess(actor, projectId);
  const db = await database();
  const renamed = await db
    .update(threadsTable)
    .set({ title })
    .where(threadOfProject(id, threadId))
    .returning({ id: threadsTable.id });
  if (renamed.length === 0) throw notFound("thread");
}
