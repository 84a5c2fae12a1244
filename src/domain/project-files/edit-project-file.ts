import "server-only";
import { AppError } from "@/lib/app-error";
import type { Actor } from "../actor";
import { readProjectFile } from "./read-project-file";
import { writeProjectFile } from "./write-project-file";

/**
 * Replaces one passage of a file. The passage has to stand there exactly once, so that an edit never lands elsewhere.
 *
 * @throws AppError `not_found`, `conflict` (the passage stands there never or several times), and those of writing
 */
export async function editProjectFile(
  actor: Actor,
  projectId: string,
  edit: { path: string; oldText: string; newText: string },
): Promise<{ size: number }> {
  const { content } = await readProjectFile(actor, projectId, edit.path);
  const at = edit.oldText === "" ? -1 : content.indexOf(edit.oldText);
  if (at < 0)
    throw new AppError(
      "conflict",
      `The text to replace does not stand in ${edit.path}. Read the file again.`,
    );
  if (content.includes(edit.oldText, at + 1)) {
    throw new AppError(
      "conflict",
      `The text to replace stands several times in ${edit.path}. Quote more around it.`,
    );
  }
  const changed = content.slice(0, at) + edit.newText + content.slice(at + edit.oldText.length);
  return writeProjectFile(actor, projectId, { path: edit.path, content: changed });
}
