import "server-only";
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { KeyHealthOutcome } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import { type Database, database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { noticeAfter } from "../../health/notice-after";
import type { HealthEvidence, KeyTried } from "../key-source";

/**
 * Records what a test or a message revealed about a key, and whether its owner has to be notified
 * (notice-after.ts). Changes nothing else about the key.
 *
 * @param key the key and the secret that was tried: a result for a secret that has been replaced is ignored
 */
export async function noteStoredKeyHealth(
  actor: Actor,
  key: KeyTried,
  outcome: KeyHealthOutcome,
  by: HealthEvidence,
): Promise<void> {
  const db = await database();
  const fails = outcome !== "ok";
  const tried = and(
    eq(userAiApiKeysTable.id, key.id),
    eq(userAiApiKeysTable.userId, actor.userId),
    eq(userAiApiKeysTable.sealPurpose, key.secretId),
  );
  // A key that keeps working needs no note for every message.
  if (!fails && by === "chat" && !(await isNoteDue(db, tried))) return;
  await db.transaction(async (tx) => {
    const [known] = await tx
      .select({ hasNotice: userAiApiKeysTable.hasNotice, toldOf: userAiApiKeysTable.toldOf })
      .from(userAiApiKeysTable)
      .where(tried)
      .for("update");
    if (!known) return;
    await tx
      .update(userAiApiKeysTable)
      .set({
        health: outcome,
        healthAt: sql`now()`,
        ...noticeAfter(known, outcome, by),
        ...(by === "test" ? { lastTestedAt: sql`now()` } : {}),
        ...(fails ? { lastError: outcome, lastErrorAt: sql`now()` } : {}),
      })
      .where(tried);
  });
}

/** Whether the key is not known to work, or has been for a minute. */
async function isNoteDue(db: Database, tried: SQL | undefined): Promise<boolean> {
  const due = sql`(${userAiApiKeysTable.health} is distinct from 'ok' or ${userAiApiKeysTable.healthAt} < now() - interval '1 minute')`;
  const rows = await db
    .select({ id: userAiApiKeysTable.id })
    .from(userAiApiKeysTable)
    .where(and(tried, due))
    .limit(1);
  return rows.length > 0;
}
