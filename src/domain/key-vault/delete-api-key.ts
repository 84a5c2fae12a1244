import "server-only";
import { and, eq } from "drizzle-orm";
import type { AiProvider } from "@/contracts/ai-provider";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import type { Actor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";

/** Deletes the key of `actor` for a provider. Deleting none is a success: the wish is fulfilled either way. */
export async function deleteApiKey(actor: Actor, provider: AiProvider): Promise<void> {
  const db = await database();
  await db.transaction(async (tx) => {
    const [row] = await tx
      .delete(userAiApiKeysTable)
      .where(and(eq(userAiApiKeysTable.userId, actor.userId), eq(userAiApiKeysTable.provider, provider)))
      .returning({ id: userAiApiKeysTable.id });
    if (row) await recordAuditEvent(tx, actor, "ai_key.deleted", row.id, { provider });
  });
}
