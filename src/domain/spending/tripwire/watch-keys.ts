import "server-only";
import { eq } from "drizzle-orm";
import type { KeyPause } from "@/contracts/ai-keys";
import { personAsOwner } from "@/contracts/owner";
import { keyLabel } from "@/domain/keys/key-label";
import { pauseSentence } from "@/domain/keys/pause-sentence";
import { pauseStoredKey } from "@/domain/keys/sources/stored/pause-stored-key";
import { notify } from "@/domain/notifications/notify";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { logger } from "@/lib/logger";
import { readKeyUse, type WatchedKey } from "./read-key-use";
import { unusualUse } from "./unusual-use";

/**
 * Looks at what was done with the keys used lately, and tells their owners of what is unusual, or pauses the
 * key as well if its owner wants that (TripwireAction). Once, however many servers look at the same time. One
 * key that cannot be dealt with does not keep the others from it.
 *
 * @param only these keys
 * @returns the keys that something is unusual about
 */
export async function watchKeys(only?: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const key of await readKeyUse(only)) {
    const unusual = unusualUse(key);
    if (!unusual) continue;
    found.push(key.keyId);
    try {
      // oxlint-disable-next-line no-await-in-loop -- seldom more than one
      await actOn(key, unusual);
    } catch (error) {
      logger.error(
        { err: error, keyId: key.keyId },
        "unusual use of a key could not be acted on; will retry",
      );
    }
  }
  return found;
}

type Unusual = Exclude<KeyPause, { reason: "owner" }>;

async function actOn(key: WatchedKey, unusual: Unusual): Promise<void> {
  const { keyId, userId, provider, last4, tripwire, isNew } = key;
  const owner = personAsOwner(userId);
  const about = {
    keyId,
    provider,
    label: keyLabel(key),
    last4,
    ...unusual,
    sentence: pauseSentence(unusual),
  };
  const db = await database();
  // A key of a day has no usual use to compare with: its owner is told, and nothing stops their first work.
  if (tripwire === "pause" && !isNew) {
    await db.transaction(async (tx) => {
      const pausedAt = await pauseStoredKey(tx, keyId, unusual);
      if (!pausedAt) return;
      await notify(tx, {
        owner,
        kind: "key_paused",
        dedupeKey: `${keyId}/${pausedAt.toISOString()}`,
        detail: about,
      });
    });
    return;
  }
  const today = new Date().toISOString().slice(0, 10);
  await db.transaction(async (tx) => {
    // Nothing is told of a key that is being deleted, with its owner perhaps.
    const { id } = userAiApiKeysTable;
    const there = await tx
      .select({ id })
      .from(userAiApiKeysTable)
      .where(eq(id, keyId))
      .for("key share", { skipLocked: true });
    if (there.length === 0) return;
    await notify(tx, {
      owner,
      kind: "unusual_spending",
      dedupeKey: `${keyId}/${unusual.reason}/${today}`,
      detail: about,
    });
  });
}
