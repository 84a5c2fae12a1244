import "server-only";
import { and, asc, eq, gt, isNotNull, sql } from "drizzle-orm";
import { opensAgain } from "@/domain/vault/sealing/opens-again";
import { recheckUnreadable } from "@/domain/vault/sealing/recheck-unreadable";
import { ADMIN_KEYS } from "@/domain/vault/sealing/sealed-columns";
import { database } from "@/lib/db/client";
import { adminKeysTable, dataKeysTable } from "@/lib/db/schema";

/** Retries every admin key that was marked as unreadable (recheck-unreadable.ts). */
export async function recheckUnreadableAdminKeys(): Promise<void> {
  const db = await database();
  const { id, sealOwner, sealPurpose, sealedKey, unreadableSince } = adminKeysTable;
  const { id: dataKeyId, ownerKind, ownerId, wrapped } = dataKeysTable;
  await recheckUnreadable({
    name: "admin keys",
    page: (after, limit) =>
      db
        .select({
          id,
          owner: sealOwner,
          purpose: sealPurpose,
          sealed: sealedKey,
          dataKey: { id: dataKeyId, ownerKind, ownerId, wrapped },
        })
        .from(adminKeysTable)
        .leftJoin(dataKeysTable, eq(dataKeyId, sql`split_part(${sealedKey}, '.', 2)`))
        .where(and(isNotNull(unreadableSince), after === null ? undefined : gt(id, after)))
        .orderBy(asc(id))
        .limit(limit),
    async opensAgain(row) {
      const opened = await opensAgain(ADMIN_KEYS, row);
      if (opened !== true) return opened;
      await db
        .update(adminKeysTable)
        .set({ unreadableSince: null })
        .where(and(eq(id, row.id), eq(sealedKey, row.sealed)));
      return true;
    },
  });
}
