import "server-only";
import { asc, eq, sql } from "drizzle-orm";
import { PROJECT_MAX_SECRETS } from "@/contracts/limits";
import type { ProjectSecretSummary } from "@/contracts/project-secrets";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { projectSecretsTable } from "@/lib/db/schema";
import { requireProjectAccess } from "../project-access";

/** Names and notes of a project's secrets; sealed values are never opened. @throws AppError `not_found` */
export async function listProjectSecrets(actor: Actor, projectId: string): Promise<ProjectSecretSummary[]> {
  const id = await requireProjectAccess(actor, projectId);
  const db = await database();
  const rows = await db
    .select({
      id: projectSecretsTable.id,
      name: projectSecretsTable.name,
      note: sql<string | null>`${projectSecretsTable.value} ->> 'note'`,
      unreadableSince: projectSecretsTable.unreadableSince,
      updatedAt: projectSecretsTable.updatedAt,
    })
    .from(projectSecretsTable)
    .where(eq(projectSecretsTable.projectId, id))
    .orderBy(asc(projectSecretsTable.name))
    .limit(PROJECT_MAX_SECRETS);
  return rows.map(({ unreadableSince, ...row }) => ({
    ...row,
    status: unreadableSince ? "needs_reentry" : "ok",
    updatedAt: row.updatedAt.toISOString(),
  }));
}
