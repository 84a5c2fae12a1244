import "server-only";
import { and, asc, eq, gt, isNotNull, sql } from "drizzle-orm";
import { opensAgain } from "@/domain/vault/sealing/opens-again";
import { recheckUnreadable } from "@/domain/vault/sealing/recheck-unreadable";
import { WEBHOOK_SECRETS } from "@/domain/vault/sealing/sealed-columns";
import { database } from "@/lib/db/client";
import { dataKeysTable, webhooksTable } from "@/lib/db/schema";

/** Retries every signing secret that was marked as unreadable (recheck-unreadable.ts). */
export async function recheckUnreadableWebhooks(): Promise<void> {
  const db = await database();
  const { id, sealOwner, secret, unreadableSince } = webhooksTable;
  const { id: dataKeyId, ownerKind, ownerId, wrapped } = dataKeysTable;
  await recheckUnreadable({
    name: "signing secrets of webhooks",
    page: (after, limit) =>
      db
        .select({
          id,
          owner: sealOwner,
          purpose: sql<string>`${id}::text`,
          sealed: secret,
          dataKey: { id: dataKeyId, ownerKind, ownerId, wrapped },
        })
        .from(webhooksTable)
        .leftJoin(dataKeysTable, eq(dataKeyId, sql`split_part(${secret}, '.', 2)`))
        .where(and(isNotNull(unreadableSince), after === null ? undefined : gt(id, after)))
        .orderBy(asc(id))
        .limit(limit),
    async opensAgain(row) {
      const opened = await opensAgain(WEBHOOK_SECRETS, row);
      if (opened !== true) return opened;
      await db
        .update(webhooksTable)
        .set({ unreadableSince: null })
        .where(and(eq(id, row.id), eq(secret, row.sealed)));
      return true;
    },
  });
}
