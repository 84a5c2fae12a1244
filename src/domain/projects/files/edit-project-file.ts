import "server-only";
import { and, eq } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { AppError, notFound } from "@/lib/app-error";
import { projectFilesTable } from "@/lib/db/schema";
import { changeProjectFiles } from "./change-project-files";
import { checkedPath } from "./checked-path";
import { storeProjectFile } from "./store-project-file";

interface Edit {
  path: string;
  oldText: string;
  newText: string;
}

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
  edit: Edit,
): Promise<{ size: number }> {
  const path = checkedPath(edit.path);
  return changeProjectFiles(actor, projectId, async (tx, id) => {
    const [file] = await tx
      .select({ content: projectFilesTable.content })
      .from(projectFilesTable)
      .where(and(eq(projectFilesTable.projectId, id), eq(projectFilesTable.path, path)));
    if (!file) throw notFound("file");
    return storeProjectFile(tx, actor, id, { path, content: edited(file.content, edit) });
  });
}

function edited(content: string, { path, oldText, newText }: Edit): string {
  const at = oldText === "" ? -1 : content.indexOf(oldText);
  if (at < 0)
    throw new AppError("conflict", `The text to replace does not stand in ${path}. Read the file again.`);
  if (content.includes(oldText, at + 1)) {
    throw new AppError(
      "conflict",
      `The text to replace stands several times in ${path}. Quote more around it.`,
    );
  }
  return content.slice(0, at) + newText + content.slice(at + oldText.length);
}
