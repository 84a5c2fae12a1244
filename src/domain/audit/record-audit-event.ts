import "server-only";
import type { Database } from "@/lib/db/client";
import { auditEventsTable } from "@/lib/db/schema";
import type { Actor } from "../actor";

/** Closed list, `noun.verb`: stored rows depend on these names. */
export type AuditAction =
  | "ai_key.saved"
  | "ai_key.replaced"
  | "ai_key.deleted"
  | "ai_key.unreadable"
  | "project.created"
  | "project.renamed"
  | "project.deleted"
  | "project_secret.saved"
  | "project_secret.deleted";

/**
 * Writes one row of the audit trail. Pass the caller's transaction, so that the act and its record stand or fall together.
 *
 * @param detail ids, names of providers and counts; never key material or anything a person typed
 */
export async function recordAuditEvent(
  db: Pick<Database, "insert">,
  actor: Actor,
  action: AuditAction,
  objectId: string,
  detail?: Record<string, string | number | boolean>,
): Promise<void> {
  await db.insert(auditEventsTable).values({ actorId: actor.userId, action, objectId, detail });
}
