import "server-only";
import type { Project } from "@/contracts/projects";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { projectsTable } from "@/lib/db/schema";
import { countProjectChange } from "./count-project-change";
import { ownProject } from "./project-access";
import { projectColumns, projectView } from "./project-view";

/** @throws AppError `not_found` */
export async function renameProject(
  actor: Actor,
  projectId: string,
  { name }: { name: string },
): Promise<Project> {
  await countProjectChange(actor);
  const db = await database();
  return db.transaction(async (tx) => {
    const [row] = await tx
      .update(projectsTable)
      .set({ name, updatedAt: new Date() })
      .where(ownProject(actor, projectId))
      .returning(projectColumns);
    if (!row) throw notFound("project");
    await recordAuditEvent(tx, actor, "project.renamed", row.id);
    return projectView(row);
  });
}
