import "server-only";
import { and, eq, sql } from "drizzle-orm";
import { pastedApiKeySchema } from "@/contracts/ai-keys";
import type { AiProvider } from "@/contracts/ai-provider";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { encrypt, openSealed } from "@/lib/encryption";
import { logger } from "@/lib/logger";
import { Secret } from "@/lib/secret";
import type { Actor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import { apiKeyContext } from "./api-key-context";

export type OpenedApiKey =
  | { status: "ok"; key: Secret }
  | { status: "not_configured" }
  /** A row exists and cannot be opened. Never the same as "no key": nobody else's purse may step in. */
  | { status: "cannot_decrypt" };

/**
 * Opens the provider key of `actor`: the only place in the product where a provider key is decrypted.
 * May be called by `model-access` (one outgoing request), `key-health` and re-encryption; the architecture test holds that.
 */
export async function openApiKey(
  actor: Actor,
  provider: AiProvider,
  purpose: "request" | "recheck" = "request",
): Promise<OpenedApiKey> {
  const db = await database();
  const mine = and(eq(userAiApiKeysTable.userId, actor.userId), eq(userAiApiKeysTable.provider, provider));
  const [row] = await db
    .select({
      id: userAiApiKeysTable.id,
      apiKey: userAiApiKeysTable.apiKey,
      unreadableSince: userAiApiKeysTable.unreadableSince,
      usedLately: sql<boolean>`coalesce(${userAiApiKeysTable.lastUsedAt} > now() - interval '1 minute', false)`,
    })
    .from(userAiApiKeysTable)
    .where(mine)
    .limit(1);
  if (!row) return { status: "not_configured" };

  const context = apiKeyContext(actor.userId, provider);
  // Guards each write below: a key saved meanwhile is never touched (compare-and-swap on the sealed value).
  const unchanged = and(mine, eq(userAiApiKeysTable.apiKey, row.apiKey));
  let opened: ReturnType<typeof openSealed>;
  let key: string;
  try {
    opened = openSealed(row.apiKey, context);
    // Data that was taken over may hold what saving refuses, such as a line break: `fetch` would quote it in its error.
    key = pastedApiKeySchema.parse(opened.text);
  } catch (error) {
    logger.error({ err: error, keyRow: row.id }, "a saved provider key cannot be opened");
    if (!row.unreadableSince) {
      await db.transaction(async (tx) => {
        await tx.update(userAiApiKeysTable).set({ unreadableSince: new Date() }).where(unchanged);
        await recordAuditEvent(tx, actor, "ai_key.unreadable", row.id, { provider });
      });
    }
    return { status: "cannot_decrypt" };
  }

  // An old key or the plan's format, which is not bound to its row: sealed anew at the first chance.
  const resealed = opened.stale ? { apiKey: encrypt(key, context) } : {};
  const used = purpose === "request" && !row.usedLately ? { lastUsedAt: new Date() } : {};
  if (opened.stale || row.unreadableSince || used.lastUsedAt) {
    await db
      .update(userAiApiKeysTable)
      .set({ ...resealed, ...used, unreadableSince: null })
      .where(unchanged);
  }
  return { status: "ok", key: new Secret(key) };
}
