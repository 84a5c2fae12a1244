import "server-only";
import { and, count, eq, isNull } from "drizzle-orm";
import { PERSON_MAX_KEYS } from "@/contracts/limits";
import type { Actor } from "@/domain/identity/actor";
import { AppError } from "@/lib/app-error";
import type { Transaction } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { consumeLimit, type Limit } from "@/lib/rate-limiter";

/** More often than anyone pastes keys by hand; bounds what a stolen session can write. */
const KEY_SAVES: Limit = {
  name: "ai-key-save",
  points: 30,
  seconds: 60,
  sentence: "You have saved keys very often in the last minute.",
};

/** Each change leaves an audit record that outlives the key. */
const KEY_CHANGES: Limit = {
  name: "ai-key-change",
  points: 120,
  seconds: 60,
  sentence: "You have changed keys very often in the last minute.",
};

/** @throws AppError `rate_limited` */
export async function countKeySave(actor: Actor): Promise<void> {
  await consumeLimit(KEY_SAVES, actor.userId);
}

/** @throws AppError `rate_limited` */
export async function countKeyChange(actor: Actor): Promise<void> {
  await consumeLimit(KEY_CHANGES, actor.userId);
}

/** @throws AppError `limit_reached` when the person has the maximum number of keys */
export async function requireRoomForKey(tx: Transaction, actor: Actor): Promise<void> {
  const [held] = await tx
    .select({ keys: count() })
    .from(userAiApiKeysTable)
    .where(and(eq(userAiApiKeysTable.userId, actor.userId), isNull(userAiApiKeysTable.previousOf)));
  if ((held?.keys ?? 0) < PERSON_MAX_KEYS) return;
  throw new AppError(
    "limit_reached",
    `You have ${PERSON_MAX_KEYS} keys, which is the most one person can have. Delete one first.`,
  );
}
