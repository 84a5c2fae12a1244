import "server-only";
import { asc, eq } from "drizzle-orm";
import type { AiKeySummary } from "@/contracts/ai-keys";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import type { Actor } from "../actor";
import { PROVIDERS } from "../model-catalog/providers";

/** The saved keys of `actor`, as far as they may be shown. Opens nothing. */
export async function listApiKeys(actor: Actor): Promise<AiKeySummary[]> {
  const db = await database();
  const rows = await db
    .select({
      id: userAiApiKeysTable.id,
      provider: userAiApiKeysTable.provider,
      last4: userAiApiKeysTable.last4,
      unreadableSince: userAiApiKeysTable.unreadableSince,
      lastUsedAt: userAiApiKeysTable.lastUsedAt,
      createdAt: userAiApiKeysTable.createdAt,
      updatedAt: userAiApiKeysTable.updatedAt,
    })
    .from(userAiApiKeysTable)
    .where(eq(userAiApiKeysTable.userId, actor.userId))
    .orderBy(asc(userAiApiKeysTable.provider));
  return rows.map(({ unreadableSince, ...row }) => ({
    ...row,
    label: `${PROVIDERS[row.provider].name} key`,
    status: unreadableSince ? "needs_reentry" : "ok",
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }));
}
