import "server-only";
import { count, eq } from "drizzle-orm";
import { PERSON_MAX_PROJECTS } from "@/contracts/limits";
import type { Project } from "@/contracts/projects";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { holdOwner } from "@/domain/vault/data-keys/hold-owner";
import { AppError } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { projectsTable } from "@/lib/db/schema";
import { countProjectChange } from "./count-project-change";
import { projectColumns, projectView } from "./project-view";

/**
 * Creates a project owned by `actor`. @throws AppError `limit_reached`, `not_found` if the account is gone
 */
export async function createProject(actor: Actor, { name }: { name: string }): Promise<Project> {
  await countProjectChange(actor);
  const db = await database();
  return db.transaction(async (tx) => {
    // Serialized per person: concurrent requests could otherwise each count one free place.
    await holdOwner(tx, { ownerKind: "user", ownerId: actor.userId });
    const [owned] = await tx
      .select({ count: count() })
      .from(projectsTable)
      .where(eq(projectsTable.userId, actor.userId));
    if ((owned?.count ?? 0) >= PERSON_MAX_PROJECTS) {
      throw new AppError(
        "limit_reached",
        `You have ${PERSON_MAX_PROJECTS} projects, which is the limit. Delete one first.`,
      );
    }
    const [row] = await tx
      .insert(projectsTable)
      .values({ userId: actor.userId, name })
      .returning(projectColumns);
    if (!row) throw new Error("insert returned no row");
    await recordAuditEvent(tx, actor, "project.created", row.id);
    return projectView(row);
  });
}
