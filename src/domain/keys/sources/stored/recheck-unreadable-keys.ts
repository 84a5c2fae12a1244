import "server-only";
import { and, asc, gt, isNotNull, isNull } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { logger } from "@/lib/logger";
import { openStoredKey } from "./open-stored-key";

const PAGE = 100;

/**
 * Tries every key that was flagged as unreadable again, at the start of a server: an encryption key that was missing from
 * the ring and is back heals the rows it seals, without anybody pasting a key again. Ends at the first key store that does not
 * answer: it would be asked for each key, and the next start tries again.
 */
export async function recheckUnreadableKeys(): Promise<void> {
  let after: string | null = null;
  let healed = 0;
  let unreadable = 0;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- page after page
    const page: Awaited<ReturnType<typeof pageAfter>> = await pageAfter(after);
    for (const { id, userId, provider } of page) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that it takes no more than one connection
      const { status } = await openStoredKey({ userId }, { provider, keyId: id }, "recheck");
      if (status === "key_store_unavailable") return;
      if (status === "ok") healed += 1;
      else unreadable += 1;
    }
    after = page.at(-1)?.id ?? null;
    if (page.length < PAGE) break;
  }
  if (healed + unreadable > 0)
    logger.warn({ healed, unreadable }, "saved keys that could not be opened were tried again");
}

async function pageAfter(after: string | null) {
  const db = await database();
  return db
    .select({
      id: userAiApiKeysTable.id,
      userId: userAiApiKeysTable.userId,
      provider: userAiApiKeysTable.provider,
    })
    .from(userAiApiKeysTable)
    .where(
      and(
        isNotNull(userAiApiKeysTable.unreadableSince),
        // A former secret is rechecked by whoever switches back to it.
        isNull(userAiApiKeysTable.previousOf),
        after === null ? undefined : gt(userAiApiKeysTable.id, after),
      ),
    )
    .orderBy(asc(userAiApiKeysTable.id))
    .limit(PAGE);
}
