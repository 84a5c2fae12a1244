import "server-only";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { projectsTable } from "@/lib/db/schema";
import { countProjectChange } from "./count-project-change";
import { ownProject } from "./project-access";
import { tellProjectEnd } from "./project-end";

/** Deletes the project with its files, threads and secrets. @throws AppError `not_found` */
export async function deleteProject(actor: Actor, projectId: string): Promise<void> {
  await countProjectChange(actor);
  const db = await database();
  const id = await db.transaction(async (tx) => {
    const [row] = await tx
      .delete(projectsTable)
      .where(ownProject(actor, projectId))
      .returning({ id: projectsTable.id });
    if (!row) throw notFound("project");
    await recordAuditEvent(tx, actor, "project.deleted", row.id);
    return row.id;
  });
  tellProjectEnd({ projectId: id });
}
