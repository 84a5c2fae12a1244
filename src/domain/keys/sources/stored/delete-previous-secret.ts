import "server-only";
import { eq } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import type { Transaction } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import type { KeyRow } from "./hold-keys";

/** Deletes the previous secret of a key and records it. */
export async function deletePreviousRow(tx: Transaction, actor: Actor, previous: KeyRow): Promise<void> {
  await tx.delete(userAiApiKeysTable).where(eq(userAiApiKeysTable.id, previous.id));
  await recordAuditEvent(tx, actor, "ai_key.previous_dropped", previous.previousOf ?? previous.id, {
    provider: previous.provider,
  });
}
