import "server-only";
import { eq } from "drizzle-orm";
import type { Transaction } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import type { Actor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { KeyRow } from "./hold-keys";

/** Deletes the former secret of a key, with its record. */
export async function dropFormer(tx: Transaction, actor: Actor, former: KeyRow): Promise<void> {
  await tx.delete(userAiApiKeysTable).where(eq(userAiApiKeysTable.id, former.id));
  await recordAuditEvent(tx, actor, "ai_key.previous_dropped", former.previousOf ?? former.id, {
    provider: former.provider,
  });
}
