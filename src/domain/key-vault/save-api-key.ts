import "server-only";
import { sql } from "drizzle-orm";
import type { AiProvider } from "@/contracts/ai-provider";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { consumeLimit, type Limit } from "@/lib/rate-limiter";
import type { Actor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import { sealInTransaction } from "../data-keys/seal-in-transaction";
import { fingerprintOf, sealText } from "../sealed-values/seal-text";
import { API_KEYS } from "../sealed-values/sealed-columns";

/** Nobody pastes keys this often by hand; it bounds what a stolen session can write. */
const KEY_SAVES: Limit = {
  name: "ai-key-save",
  points: 30,
  seconds: 60,
  sentence: "You have saved keys very often in the last minute.",
};

/**
 * Seals a provider key for `actor`, or replaces the one saved for that provider.
 *
 * @param apiKey trimmed and checked by `pastedApiKeySchema`; it is sealed here and not kept
 * @throws AppError `rate_limited`, `key_store_unavailable`
 */
export async function saveApiKey(
  actor: Actor,
  { provider, apiKey }: { provider: AiProvider; apiKey: string },
): Promise<void> {
  await consumeLimit(KEY_SAVES, actor.userId);
  const owner = { ownerKind: "user", ownerId: actor.userId } as const;
  await sealInTransaction(owner, 1, async (tx, dataKey) => {
    const sealed = {
      apiKey: sealText(API_KEYS, { owner: actor.userId, purpose: provider }, apiKey, dataKey),
      last4: apiKey.slice(-4),
      fingerprint: fingerprintOf(API_KEYS, apiKey, dataKey),
    };
    const [row] = await tx
      .insert(userAiApiKeysTable)
      .values({ userId: actor.userId, provider, ...sealed })
      .onConflictDoUpdate({
        target: [userAiApiKeysTable.userId, userAiApiKeysTable.provider],
        set: { ...sealed, unreadableSince: null, lastUsedAt: null, updatedAt: new Date() },
      })
      .returning({ id: userAiApiKeysTable.id, inserted: sql<boolean>`xmax = 0` });
    if (!row) throw new Error("upsert returned no row");
    await recordAuditEvent(tx, actor, row.inserted ? "ai_key.saved" : "ai_key.replaced", row.id, {
      provider,
      dataKey: dataKey.id,
    });
  });
}
