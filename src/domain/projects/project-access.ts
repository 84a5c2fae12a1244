import "server-only";
import { and, eq, type SQL } from "drizzle-orm";
import { z } from "zod";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { projectsTable } from "@/lib/db/schema";

const projectIdSchema = z.guid();

/**
 * The condition that `actor` may access project `projectId`. Every query on a project uses it.
 *
 * @throws AppError `not_found` if the id is not a UUID (Postgres cannot compare it)
 */
export function ownProject(actor: Actor, projectId: string): SQL | undefined {
  if (!projectIdSchema.safeParse(projectId).success) throw notFound("project");
  return and(eq(projectsTable.id, projectId), eq(projectsTable.userId, actor.userId));
}

/**
 * Checks that `actor` may work in the project.
 *
 * @returns the project's id, as stored in the database
 * @throws AppError `not_found` if the project does not exist or belongs to another person
 */
export async function requireProjectAccess(actor: Actor, projectId: string): Promise<string> {
  const db = await database();
  const [project] = await db
    .select({ id: projectsTable.id })
    .from(projectsTable)
    .where(ownProject(actor, projectId))
    .limit(1);
  if (!project) throw notFound("project");
  return project.id;
}
