import "server-only";
import { and, eq } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { projectFilesTable } from "@/lib/db/schema";
import { changeProjectFiles } from "./change-project-files";
import { checkedPath } from "./checked-path";

/** @throws AppError `not_found` for the project or the file, `invalid_request` for the path */
export async function deleteProjectFile(actor: Actor, projectId: string, path: string): Promise<void> {
  const stored = checkedPath(path);
  await changeProjectFiles(actor, projectId, async (tx, id) => {
    const deleted = await tx
      .delete(projectFilesTable)
      .where(and(eq(projectFilesTable.projectId, id), eq(projectFilesTable.path, stored)))
      .returning({ path: projectFilesTable.path });
    if (deleted.length === 0) throw notFound("file");
  });
}
