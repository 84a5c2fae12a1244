import "server-only";
import { and, asc, gt, isNotNull, isNull } from "drizzle-orm";
import { recheckUnreadable } from "@/domain/vault/sealing/recheck-unreadable";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { openStoredKey } from "./open-stored-key";

/** Retries every stored key that was marked as unreadable (recheck-unreadable.ts). */
export async function recheckUnreadableKeys(): Promise<void> {
  const db = await database();
  const { id, userId, provider, previousOf, unreadableSince } = userAiApiKeysTable;
  await recheckUnreadable({
    name: "saved keys",
    page: (after, limit) =>
      db
        .select({ id, userId, provider })
        .from(userAiApiKeysTable)
        // A previous secret is checked when its owner switches back to it.
        .where(
          and(isNotNull(unreadableSince), isNull(previousOf), after === null ? undefined : gt(id, after)),
        )
        .orderBy(asc(id))
        .limit(limit),
    async opensAgain(row) {
      const { status } = await openStoredKey(
        { userId: row.userId },
        { provider: row.provider, keyId: row.id },
        "recheck",
      );
      return status === "key_store_unavailable" ? status : status === "ok";
    },
  });
}
