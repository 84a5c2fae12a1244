import "server-only";
import type { Actor } from "@/domain/identity/actor";
import { changeProjectFiles } from "./change-project-files";
import { checkedPath } from "./checked-path";
import { type StoredFile, storeProjectFile } from "./store-project-file";

/**
 * Creates a file or replaces its content.
 *
 * @throws AppError `not_found`, `invalid_request` (path, content), `conflict` (a file and a folder of one
 *   name), `limit_reached` (number of files)
 */
export async function writeProjectFile(
  actor: Actor,
  projectId: string,
  file: { path: string; content: string },
): Promise<StoredFile> {
  const path = checkedPath(file.path);
  return changeProjectFiles(actor, projectId, (tx, id) =>
    storeProjectFile(tx, actor, id, { path, content: file.content }),
  );
}
