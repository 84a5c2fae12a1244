import "server-only";
import type { Project } from "@/contracts/projects";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { projectsTable } from "@/lib/db/schema";
import { ownProject } from "./project-access";
import { projectColumns, projectView } from "./project-view";

/** @throws AppError `not_found` */
export async function getProject(actor: Actor, projectId: string): Promise<Project> {
  const db = await database();
  const [row] = await db
    .select(projectColumns)
    .from(projectsTable)
    .where(ownProject(actor, projectId))
    .limit(1);
  if (!row) throw notFound("project");
  return projectView(row);
}
