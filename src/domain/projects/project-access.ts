import "server-only";
import { and, eq, type SQL } from "drizzle-orm";
import { z } from "zod";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { projectsTable } from "@/lib/db/schema";

/**
 * The condition under which `actor` may touch project `projectId`. Every query on a project goes through it.
 *
 * @throws AppError `not_found` when the id is not a UUID (Postgres would refuse to compare it)
 */
export function ownProject(actor: Actor, projectId: string): SQL | undefined {
  if (!z.guid().safeParse(projectId).success) throw notFound("project");
  return and(eq(projectsTable.id, projectId), eq(projectsTable.userId, actor.userId));
}

/**
 * Lets through who may work in the project.
 *
 * @returns the project's id, as the database writes it
 * @throws AppError `not_found` for a missing project and for somebody else's alike
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
