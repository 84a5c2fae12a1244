import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { KeyHealthOutcome } from "@/contracts/ai-keys";
import { personAsOwner } from "@/contracts/owner";
import type { Actor } from "@/domain/identity/actor";
import { notify } from "@/domain/notifications/notify";
import { database } from "@/lib/db/client";
import { runStatement } from "@/lib/db/run-statement";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { noticeAfter } from "../../health/notice-after";
import { keyLabel } from "../../key-label";
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
  const fails = outcome !== "ok";
  // A key that keeps working needs no note for every message.
  if (!fails && by === "chat") {
    await runStatement(NOTE_WORKS, [key.id, actor.userId, key.secretId]);
    return;
  }
  const db = await database();
  const tried = and(
    eq(userAiApiKeysTable.id, key.id),
    eq(userAiApiKeysTable.userId, actor.userId),
    eq(userAiApiKeysTable.sealPurpose, key.secretId),
  );
  await db.transaction(async (tx) => {
    const [known] = await tx
      .select({
        hasNotice: userAiApiKeysTable.hasNotice,
        toldOf: userAiApiKeysTable.toldOf,
        provider: userAiApiKeysTable.provider,
        label: userAiApiKeysTable.label,
        last4: userAiApiKeysTable.last4,
      })
      .from(userAiApiKeysTable)
      .where(tried)
      .for("update");
    if (!known) return;
    const notice = noticeAfter(known, outcome, by);
    await tx
      .update(userAiApiKeysTable)
      .set({
        health: outcome,
        healthAt: sql`now()`,
        ...notice,
        ...(by === "test" ? { lastTestedAt: sql`now()` } : {}),
        ...(fails ? { lastError: outcome, lastErrorAt: sql`now()` } : {}),
      })
      .where(tried);
    if (by !== "chat" || notice.toldOf === known.toldOf) return;
    const { provider, label, last4 } = known;
    // The row is locked: whoever sees the change tells of it, once until the key works again.
    await notify(tx, {
      owner: personAsOwner(actor.userId),
      kind: "key_failing",
      dedupeKey: `${key.id}:${outcome}:${Date.now()}`,
      detail: { keyId: key.id, label: keyLabel({ label, provider, last4 }), provider, last4, outcome },
    });
  });
}

/**
 * A condition for a statement: whether a key works according to a message and this is to be noted, because it
 * was not known to, or has been for a minute.
 *
 * @param key places of parameters, as `$1`: the key, its person and the secret that worked
 */
export function isWorkingToNote(key: string, person: string, secret: string): string {
  return `id = ${key}::uuid and user_id = ${person} and seal_purpose = ${secret}
    and (health is distinct from 'ok' or health_at < now() - interval '1 minute')`;
}

/** As `noticeAfter` says. */
const NOTE_WORKS = `update user_ai_api_keys set health = 'ok', health_at = now(), has_notice = false, told_of = null
  where ${isWorkingToNote("$1", "$2", "$3")}`;
