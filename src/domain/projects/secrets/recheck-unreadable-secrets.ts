import "server-only";
import { and, asc, eq, gt, isNotNull, sql } from "drizzle-orm";
import { opensAgain } from "@/domain/vault/sealing/opens-again";
import { recheckUnreadable } from "@/domain/vault/sealing/recheck-unreadable";
import { PROJECT_SECRETS } from "@/domain/vault/sealing/sealed-columns";
import { database } from "@/lib/db/client";
import { dataKeysTable, projectSecretsTable } from "@/lib/db/schema";

const SEALED = sql<string>`coalesce(${projectSecretsTable.value} ->> 'text', '')`;

/** Retries every project secret that was marked as unreadable (recheck-unreadable.ts). */
export async function recheckUnreadableSecrets(): Promise<void> {
  const db = await database();
  const { id, projectId, name, unreadableSince } = projectSecretsTable;
  const { id: dataKeyId, ownerKind, ownerId, wrapped } = dataKeysTable;
  await recheckUnreadable({
    name: "project secrets",
    page: (after, limit) =>
      db
        .select({
          id,
          owner: projectId,
          purpose: name,
          sealed: SEALED,
          dataKey: { id: dataKeyId, ownerKind, ownerId, wrapped },
        })
        .from(projectSecretsTable)
        .leftJoin(dataKeysTable, eq(dataKeyId, sql`split_part(${SEALED}, '.', 2)`))
        .where(and(isNotNull(unreadableSince), after === null ? undefined : gt(id, after)))
        .orderBy(asc(id))
        .limit(limit),
    async opensAgain(row) {
      const opened = await opensAgain(PROJECT_SECRETS, row);
      if (opened !== true) return opened;
      await db
        .update(projectSecretsTable)
        .set({ unreadableSince: null })
        .where(and(eq(id, row.id), eq(SEALED, row.sealed)));
      return true;
    },
  });
}
