import "server-only";
import { sql } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import type { Transaction } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { ownProject } from "./project-access";

/**
 * Begins a change of what a project holds: locks its owner, then the project, until the transaction ends, and
 * marks the project as changed. What a person has in all projects together counts against one quota, so that
 * these changes of one person go one after the other, by an advisory lock. The owner's row is held weakly,
 * against deletion only: a key is saved or deleted while an agent writes files.
 *
 * @returns the project's id, as stored in the database
 * @throws AppError `not_found`
 */
export async function holdProject(tx: Transaction, actor: Actor, projectId: string): Promise<string> {
  const [project] = await rowsOf<{ id: string }>(
    tx,
    sql`with owner as materialized (
        select id, pg_advisory_xact_lock(hashtextextended('quotas of ' || id, 0))
        from "user" where id = ${actor.userId} for key share
      )
      update projects set updated_at = now() from owner
      where ${ownProject(actor, projectId)} and projects.user_id = owner.id returning projects.id`,
  );
  if (!project) throw notFound("project");
  return project.id;
}
