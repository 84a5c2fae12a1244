import "server-only";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { type Database, database } from "@/lib/db/client";
import { projectsTable } from "@/lib/db/schema";
import { ownProject } from "../project-access";

/**
 * Runs a change of a project's files in one transaction, serialized per project: an agent calls several tools
 * at once, and of two edits of one file that both read it first, the second would undo the first.
 *
 * @param change gets the transaction, and the project's id as stored in the database
 * @throws AppError `not_found` for the project, and what `change` throws
 */
export async function changeProjectFiles<Result>(
  actor: Actor,
  projectId: string,
  change: (tx: Database, projectId: string) => Promise<Result>,
): Promise<Result> {
  const db = await database();
  return db.transaction(async (tx) => {
    // First, to lock the project's row until the transaction ends.
    const [project] = await tx
      .update(projectsTable)
      .set({ updatedAt: new Date() })
      .where(ownProject(actor, projectId))
      .returning({ id: projectsTable.id });
    if (!project) throw notFound("project");
    return change(tx, project.id);
  });
}
