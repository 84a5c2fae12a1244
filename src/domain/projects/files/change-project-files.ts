import "server-only";
import type { Actor } from "@/domain/identity/actor";
import { database, type Transaction } from "@/lib/db/client";
import { holdProject } from "../hold-project";

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
  change: (tx: Transaction, projectId: string) => Promise<Result>,
): Promise<Result> {
  const db = await database();
  return db.transaction(async (tx) => change(tx, await holdProject(tx, actor, projectId)));
}
