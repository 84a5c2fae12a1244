import "server-only";
import { desc, eq } from "drizzle-orm";
import type { Thread } from "@/contracts/threads";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { threadsTable } from "@/lib/db/schema";
import { requireProjectAccess } from "../project-access";

/** The newest 200 threads of a project. @throws AppError `not_found` */
export async function listThreads(actor: Actor, projectId: string): Promise<Thread[]> {
  const id = await requireProjectAccess(actor, projectId);
  const db = await database();
  const rows = await db
    .select({
      id: threadsTable.id,
      title: threadsTable.title,
      createdAt: threadsTable.createdAt,
      updatedAt: threadsTable.updatedAt,
    })
    .from(threadsTable)
    .where(eq(threadsTable.projectId, id))
    .orderBy(desc(threadsTable.updatedAt), desc(threadsTable.id))
    .limit(200);
  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }));
}
