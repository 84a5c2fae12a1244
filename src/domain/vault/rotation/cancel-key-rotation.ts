import "server-only";
import { and, eq } from "drizzle-orm";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { keyRotationsTable } from "@/lib/db/schema";
import { recordAuditEvent } from "../audit/record-audit-event";

/**
 * Stops a running rotation. Values already resealed stay so; the rest stays under the old keys, which still
 * open it. A new rotation continues with the rest.
 *
 * @param actor an operator, checked by the caller
 * @throws AppError `not_found` if it is not running
 */
export async function cancelKeyRotation(actor: Actor | SystemActor, id: string): Promise<void> {
  const db = await database();
  await db.transaction(async (tx) => {
    const [cancelled] = await tx
      .update(keyRotationsTable)
      .set({ state: "cancelled", finishedAt: new Date(), leaseOwner: null, leaseUntil: null })
      .where(and(eq(keyRotationsTable.id, id), eq(keyRotationsTable.state, "running")))
      .returning({ id: keyRotationsTable.id });
    if (!cancelled) throw notFound("running rotation");
    await recordAuditEvent(tx, actor, "key_rotation.cancelled", id);
  });
}
