import "server-only";
import { asc, eq } from "drizzle-orm";
import { PROJECT_MAX_FILES } from "@/contracts/limits";
import type { ProjectFileSummary } from "@/contracts/project-files";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { projectFilesTable } from "@/lib/db/schema";
import { requireProjectAccess } from "../project-access";

/** A project's files without their content, ordered by path. @throws AppError `not_found` */
export async function listProjectFiles(actor: Actor, projectId: string): Promise<ProjectFileSummary[]> {
  const id = await requireProjectAccess(actor, projectId);
  const db = await database();
  const rows = await db
    .select({
      path: projectFilesTable.path,
      size: projectFilesTable.size,
      updatedAt: projectFilesTable.updatedAt,
    })
    .from(projectFilesTable)
    .where(eq(projectFilesTable.projectId, id))
    .orderBy(asc(projectFilesTable.path))
    .limit(PROJECT_MAX_FILES);
  return rows.map((row) => ({ ...row, updatedAt: row.updatedAt.toISOString() }));
}
