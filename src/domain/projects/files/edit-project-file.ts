import "server-only";
import { and, eq } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { projectFilesTable } from "@/lib/db/schema";
import { changeProjectFiles } from "./change-project-files";
import { checkedPath } from "./checked-path";
import { editedText, type TextEdit } from "./edited-text";
import { type StoredFile, storeProjectFile } from "./store-project-file";
import { storedPath } from "./stored-path";

/**
 * Replaces one passage of a file. The passage must occur exactly once, so that an edit cannot change the
 * wrong place.
 *
 * @throws AppError `not_found`, `conflict` (the passage is missing or occurs several times), and what writing
 *   throws
 */
export async function editProjectFile(
  actor: Actor,
  projectId: string,
  edit: TextEdit & { path: string },
): Promise<StoredFile> {
  const checked = checkedPath(edit.path);
  return changeProjectFiles(actor, projectId, async (tx, id) => {
    const path = await storedPath(tx, id, checked);
    if (path === null) throw notFound("file");
    const [file] = await tx
      .select({ content: projectFilesTable.content })
      .from(projectFilesTable)
      .where(and(eq(projectFilesTable.projectId, id), eq(projectFilesTable.path, path)));
    const content = editedText(file?.content ?? "", edit, path);
    return storeProjectFile(tx, actor, id, { path, content });
  });
}
