import "server-only";
import { desc, eq } from "drizzle-orm";
import { PERSON_MAX_PROJECTS } from "@/contracts/limits";
import type { Project } from "@/contracts/projects";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { projectsTable } from "@/lib/db/schema";
import { projectColumns, projectView } from "./project-view";

/** The projects of `actor`, newest activity first. */
export async function listProjects(actor: Actor): Promise<Project[]> {
  const db = await database();
  const rows = await db
    .select(projectColumns)
    .from(projectsTable)
    .where(eq(projectsTable.userId, actor.userId))
    .orderBy(desc(projectsTable.updatedAt), desc(projectsTable.id))
    .limit(PERSON_MAX_PROJECTS);
  return rows.map(projectView);
}
