import "server-only";
import { sql } from "drizzle-orm";
import type { AiProvider } from "@/contracts/ai-provider";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { encrypt, keyFingerprint } from "@/lib/encryption";
import { consumeLimit, type Limit } from "@/lib/rate-limiter";
import type { Actor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import { apiKeyContext } from "./api-key-context";

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
 * @throws AppError `rate_limited`
 */
export async function saveApiKey(
  actor: Actor,
  { provider, apiKey }: { provider: AiProvider; apiKey: string },
): Promise<void> {
  await consumeLimit(KEY_SAVES, actor.userId);
  const sealed = {
    apiKey: encrypt(apiKey, apiKeyContext(actor.userId, provider)),
    last4: apiKey.slice(-4),
    fingerprint: keyFingerprint(apiKey, "user_ai_api_keys"),
  };
  const db = await database();
  await db.transaction(async (tx) => {
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
    });
  });
}
