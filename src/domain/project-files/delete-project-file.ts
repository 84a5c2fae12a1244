import "server-only";
import { and, eq } from "drizzle-orm";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { projectFilesTable } from "@/lib/db/schema";
import type { Actor } from "../actor";
import { requireProjectAccess } from "../projects/project-access";

/** @throws AppError `not_found` for the project or the file */
export async function deleteProjectFile(actor: Actor, projectId: string, path: string): Promise<void> {
  const id = await requireProjectAccess(actor, projectId);
  const db = await database();
  const deleted = await db
    .delete(projectFilesTable)
    .where(and(eq(projectFilesTable.projectId, id), eq(projectFilesTable.path, path)))
    .returning({ path: projectFilesTable.path });
  if (deleted.length === 0) throw notFound("file");
}
