import "server-only";
import { and, count, eq, ne } from "drizzle-orm";
import { PROJECT_MAX_SECRETS } from "@/contracts/limits";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { sealInTransaction } from "@/domain/vault/data-keys/seal-in-transaction";
import { sealDocument } from "@/domain/vault/sealing/seal-text";
import { PROJECT_SECRETS } from "@/domain/vault/sealing/sealed-columns";
import { AppError } from "@/lib/app-error";
import { projectSecretsTable } from "@/lib/db/schema";
import type { SecretDocument } from "@/lib/db/schema/project-secrets";
import { countProjectChange } from "../count-project-change";
import { requireProjectAccess } from "../project-access";

/**
 * Seals and stores a secret, replacing one with the same name. @throws AppError `not_found`, `limit_reached`
 */
export async function saveProjectSecret(
  actor: Actor,
  projectId: string,
  secret: { name: string; value: string; note?: string | undefined },
): Promise<void> {
  await countProjectChange(actor);
  const id = await requireProjectAccess(actor, projectId);
  await sealInTransaction({ ownerKind: "project", ownerId: id }, 1, async (tx, dataKey) => {
    const place = { owner: id, purpose: secret.name };
    const document: SecretDocument = { text: secret.value, ...(secret.note ? { note: secret.note } : {}) };
    const value = sealDocument(PROJECT_SECRETS, place, document, dataKey);
    const [others] = await tx
      .select({ count: count() })
      .from(projectSecretsTable)
      .where(and(eq(projectSecretsTable.projectId, id), ne(projectSecretsTable.name, secret.name)));
    if ((others?.count ?? 0) >= PROJECT_MAX_SECRETS) {
      throw new AppError(
        "limit_reached",
        `A project holds at most ${PROJECT_MAX_SECRETS} secrets. Delete one first.`,
      );
    }
    const [row] = await tx
      .insert(projectSecretsTable)
      .values({ projectId: id, name: secret.name, value })
      .onConflictDoUpdate({
        target: [projectSecretsTable.projectId, projectSecretsTable.name],
        set: { value, unreadableSince: null, updatedAt: new Date() },
      })
      .returning({ id: projectSecretsTable.id });
    await recordAuditEvent(tx, actor, "project_secret.saved", row?.id ?? id, { dataKey: dataKey.id });
  });
}
