import "server-only";
import { and, eq } from "drizzle-orm";
import type { AiKeyStatus } from "@/contracts/ai-keys";
import type { AiProvider } from "@/contracts/ai-provider";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import type { Actor } from "../actor";

/** Whether `actor` has a key for a provider and in what state, or null. Opens nothing. */
export async function findApiKey(
  actor: Actor,
  provider: AiProvider,
): Promise<{ id: string; last4: string; status: AiKeyStatus } | null> {
  const db = await database();
  const [row] = await db
    .select({
      id: userAiApiKeysTable.id,
      last4: userAiApiKeysTable.last4,
      unreadableSince: userAiApiKeysTable.unreadableSince,
    })
    .from(userAiApiKeysTable)
    .where(and(eq(userAiApiKeysTable.userId, actor.userId), eq(userAiApiKeysTable.provider, provider)))
    .limit(1);
  return row ? { id: row.id, last4: row.last4, status: row.unreadableSince ? "needs_reentry" : "ok" } : null;
}
