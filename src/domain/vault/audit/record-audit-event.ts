import "server-only";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import type { Database } from "@/lib/db/client";
import { auditEventsTable } from "@/lib/db/schema";
import type { AuditAction, AuditDetail } from "./audit-event";
import { signedAuditRow } from "./record-origin";

/**
 * Writes one row of the audit trail. Pass the caller's transaction, so that the action and its record commit
 * or roll back together.
 *
 * @param detail ids, names of providers and counts; never key material or anything a person typed
 * @throws InvalidAuditEvent
 * @see queueAuditEvent for actions that have no transaction and cannot wait for one
 */
export async function recordAuditEvent(
  db: Pick<Database, "insert">,
  actor: Actor | SystemActor,
  action: AuditAction,
  objectId: string,
  detail?: AuditDetail,
): Promise<void> {
  await db.insert(auditEventsTable).values(signedAuditRow({ actor, action, objectId, detail }));
}
