import "server-only";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import type { Transaction } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { requireRoomForKey } from "../../key-limits";

type NewKey = Omit<typeof userAiApiKeysTable.$inferInsert, "userId" | "id">;

/** Inserts a row for a sealed key and records it. @returns its id @throws AppError `limit_reached` */
export async function insertStoredKey(
  tx: Transaction,
  actor: Actor,
  key: NewKey,
  dataKeyId: string,
): Promise<string> {
  await requireRoomForKey(tx, actor);
  const [row] = await tx
    .insert(userAiApiKeysTable)
    .values({ ...key, userId: actor.userId })
    .returning({ id: userAiApiKeysTable.id });
  if (!row) throw new Error("insert returned no row");
  await recordAuditEvent(tx, actor, "ai_key.saved", row.id, { provider: key.provider, dataKey: dataKeyId });
  return row.id;
}
