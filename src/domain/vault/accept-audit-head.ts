import "server-only";
import { rmSync } from "node:fs";
import { eq } from "drizzle-orm";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { auditChainTable } from "@/lib/db/schema";
import { AuditChainBroken } from "./audit/audit-errors";
import { notedHeadFile, noteHead, readNotedHead } from "./audit/noted-head";
import { recordAuditEvent } from "./audit/record-audit-event";
import { auditMacKeys } from "./data-keys/audit-mac-keys";

/**
 * Goes on from the head that is in the database, though it does not go through the one this server noted: an
 * operator restored an older backup on purpose. The trail keeps both heads.
 *
 * @param actor an operator, checked by the caller
 * @returns the head from now on; null if nothing is chained
 */
export async function acceptAuditHead(
  actor: Actor | SystemActor,
): Promise<{ seq: number; mac: string } | null> {
  const db = await database();
  const noted = await readNotedHead((id) => auditMacKeys.find(id)).catch((error: unknown) => {
    if (error instanceof AuditChainBroken) return null;
    throw error;
  });
  const [head] = await db
    .select({ seq: auditChainTable.seq, mac: auditChainTable.mac })
    .from(auditChainTable)
    .where(eq(auditChainTable.id, 1));
  if (!head) throw new AuditChainBroken("its head is missing");
  const current = await auditMacKeys.current();
  await recordAuditEvent(db, actor, "audit.head_accepted", "audit_chain", {
    acceptedSeq: Number(head.seq),
    acceptedMac: head.mac,
    notedSeq: Number(noted?.seq ?? 0),
    notedMac: noted?.mac ?? "unreadable",
  });
  if (head.seq === 0n) {
    rmSync(notedHeadFile(), { force: true });
    return null;
  }
  await noteHead(head, current);
  return { seq: Number(head.seq), mac: head.mac };
}
