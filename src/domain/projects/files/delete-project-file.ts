import "server-only";
import { and, eq } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { projectFilesTable } from "@/lib/db/schema";
import { changeProjectFiles } from "./change-project-files";
import { checkedPath } from "./checked-path";
import { storedPath } from "./stored-path";

/**
 * @returns the path of the deleted file
 * @throws AppError `not_found` for the project or the file, `invalid_request` for the path
 */
export async function deleteProjectFile(actor: Actor, projectId: string, path: string): Promise<string> {
  const checked = checkedPath(path);
  return changeProjectFiles(actor, projectId, async (tx, id) => {
    const stored = await storedPath(tx, id, checked);
    if (stored === null) throw notFound("file");
    await tx
      .delete(projectFilesTable)
      .where(and(eq(projectFilesTable.projectId, id), eq(projectFilesTable.path, stored)));
    return stored;
  });
}
