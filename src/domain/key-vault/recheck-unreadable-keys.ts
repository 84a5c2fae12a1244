import "server-only";
import { isNotNull } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { logger } from "@/lib/logger";
import { openApiKey } from "./open-api-key";

/**
 * Tries every key that was flagged as unreadable again, at the start of a server: an encryption key that was missing from
 * the ring and is back heals the rows it seals, without anybody pasting a key again.
 */
export async function recheckUnreadableKeys(): Promise<void> {
  const db = await database();
  const flagged = await db
    .select({ userId: userAiApiKeysTable.userId, provider: userAiApiKeysTable.provider })
    .from(userAiApiKeysTable)
    .where(isNotNull(userAiApiKeysTable.unreadableSince));
  let healed = 0;
  for (const { userId, provider } of flagged) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that a start takes no more than one connection
    if ((await openApiKey({ userId }, provider, "recheck")).status === "ok") healed += 1;
  }
  if (flagged.length > 0)
    logger.warn(
      { healed, unreadable: flagged.length - healed },
      "saved keys that could not be opened were tried again",
    );
}
