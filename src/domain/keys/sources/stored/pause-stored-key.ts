import "server-only";
import { and, eq, isNull } from "drizzle-orm";
import type { KeyPause } from "@/contracts/ai-keys";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import type { Transaction } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";

/**
 * Pauses a key because of what was done with it, unless its owner has decided otherwise meanwhile. Locks this
 * one row only and takes no other lock after it but those of its transaction's inserts.
 *
 * @returns when; null if it is paused already, gone, or not to be paused
 */
export async function pauseStoredKey(tx: Transaction, keyId: string, pause: KeyPause): Promise<Date | null> {
  const [paused] = await tx
    .update(userAiApiKeysTable)
    .set({ pausedAt: new Date(), pause })
    .where(
      and(
        eq(userAiApiKeysTable.id, keyId),
        eq(userAiApiKeysTable.tripwire, "pause"),
        isNull(userAiApiKeysTable.pausedAt),
        isNull(userAiApiKeysTable.previousOf),
      ),
    )
    .returning({ pausedAt: userAiApiKeysTable.pausedAt, provider: userAiApiKeysTable.provider });
  if (!paused?.pausedAt) return null;
  const detail = { provider: paused.provider, reason: pause.reason };
  await recordAuditEvent(tx, { system: "tripwire" }, "ai_key.paused", keyId, detail);
  return paused.pausedAt;
}
