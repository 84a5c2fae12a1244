import "server-only";
import { and, eq } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { projectSecretsTable } from "@/lib/db/schema";
import { countProjectChange } from "../count-project-change";
import { requireProjectAccess } from "../project-access";

/** @throws AppError `not_found` for the project or the secret */
export async function deleteProjectSecret(actor: Actor, projectId: string, name: string): Promise<void> {
  await countProjectChange(actor);
  const id = await requireProjectAccess(actor, projectId);
  const db = await database();
  await db.transaction(async (tx) => {
    const [row] = await tx
      .delete(projectSecretsTable)
      .where(and(eq(projectSecretsTable.projectId, id), eq(projectSecretsTable.name, name)))
      .returning({ id: projectSecretsTable.id });
    if (!row) throw notFound("secret");
    await recordAuditEvent(tx, actor, "project_secret.deleted", row.id);
  });
}
