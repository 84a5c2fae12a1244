import "server-only";
import { and, asc, eq, gt, isNotNull, sql } from "drizzle-orm";
import { opensAgain } from "@/domain/vault/sealing/opens-again";
import { PROJECT_SECRETS } from "@/domain/vault/sealing/sealed-columns";
import { database } from "@/lib/db/client";
import { dataKeysTable, projectSecretsTable } from "@/lib/db/schema";
import { logger } from "@/lib/logger";

const PAGE = 100;
const SEALED = sql<string>`coalesce(${projectSecretsTable.value} ->> 'text', '')`;

/**
 * Tries every project secret marked "needs re-entry" again, as recheckUnreadableKeys does with provider keys. Ends at the first
 * key store that does not answer.
 */
export async function recheckUnreadableSecrets(): Promise<void> {
  const db = await database();
  let after: string | null = null;
  let healed = 0;
  let unreadable = 0;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- page after page
    const page: Awaited<ReturnType<typeof pageAfter>> = await pageAfter(after);
    for (const { name, owner, id, sealed, dataKey } of page) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that it takes no more than one connection
      const opened = await opensAgain(PROJECT_SECRETS, { id, owner, purpose: name, sealed, dataKey });
      if (opened === "key_store_unavailable") return;
      if (opened) healed += 1;
      else unreadable += 1;
      if (!opened) continue;
      // oxlint-disable-next-line no-await-in-loop -- the same
      await db
        .update(projectSecretsTable)
        .set({ unreadableSince: null })
        .where(and(eq(projectSecretsTable.id, id), eq(SEALED, sealed)));
    }
    after = page.at(-1)?.id ?? null;
    if (page.length < PAGE) break;
  }
  if (healed + unreadable > 0)
    logger.warn({ healed, unreadable }, "project secrets that could not be opened were tried again");
}

async function pageAfter(after: string | null) {
  const db = await database();
  return db
    .select({
      id: projectSecretsTable.id,
      owner: projectSecretsTable.projectId,
      name: projectSecretsTable.name,
      sealed: SEALED,
      dataKey: {
        id: dataKeysTable.id,
        ownerKind: dataKeysTable.ownerKind,
        ownerId: dataKeysTable.ownerId,
        wrapped: dataKeysTable.wrapped,
      },
    })
    .from(projectSecretsTable)
    .leftJoin(dataKeysTable, eq(dataKeysTable.id, sql`split_part(${SEALED}, '.', 2)`))
    .where(
      and(
        isNotNull(projectSecretsTable.unreadableSince),
        after === null ? undefined : gt(projectSecretsTable.id, after),
      ),
    )
    .orderBy(asc(projectSecretsTable.id))
    .limit(PAGE);
}
