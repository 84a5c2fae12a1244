import "server-only";
import { and, eq } from "drizzle-orm";
import type { ProjectFile } from "@/contracts/project-files";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { projectFilesTable } from "@/lib/db/schema";
import { requireProjectAccess } from "../project-access";
import { checkedPath } from "./checked-path";
import { storedPath } from "./stored-path";

/**
 * One file with its content.
 * @throws AppError `not_found` for the project or the file, `invalid_request` for the path
 */
export async function readProjectFile(actor: Actor, projectId: string, path: string): Promise<ProjectFile> {
  const id = await requireProjectAccess(actor, projectId);
  const db = await database();
  const stored = await storedPath(db, id, checkedPath(path));
  if (stored === null) throw notFound("file");
  const [row] = await db
    .select({
      path: projectFilesTable.path,
      size: projectFilesTable.size,
      content: projectFilesTable.content,
      updatedAt: projectFilesTable.updatedAt,
    })
    .from(projectFilesTable)
    .where(and(eq(projectFilesTable.projectId, id), eq(projectFilesTable.path, stored)))
    .limit(1);
  if (!row) throw notFound("file");
  return { ...row, updatedAt: row.updatedAt.toISOString() };
}
