import "server-only";
import { eq } from "drizzle-orm";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { database } from "@/lib/db/client";
import { userTable } from "@/lib/db/schema";
import { holdPerson } from "./hold-person";

/** Lets a suspended person in again. They sign in anew. @throws AppError `not_found` */
export async function unsuspendPerson(actor: Actor | SystemActor, personId: string): Promise<void> {
  const db = await database();
  await db.transaction(async (tx) => {
    const { suspendedAt } = await holdPerson(tx, personId);
    if (!suspendedAt) return;
    await tx.update(userTable).set({ suspendedAt: null }).where(eq(userTable.id, personId));
    await recordAuditEvent(tx, actor, "person.unsuspended", personId);
  });
}
