import "server-only";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { endSessions } from "@/lib/auth/end-sessions";
import { tellSessionEnd } from "@/lib/auth/session-end";
import { database } from "@/lib/db/client";
import { holdPerson } from "./hold-person";

/**
 * Signs a person out everywhere, and ends the answers that run for them.
 *
 * @returns how many sessions there were
 * @throws AppError `not_found`
 */
export async function endPersonSessions(
  actor: Actor | SystemActor,
  personId: string,
): Promise<{ ended: number }> {
  const db = await database();
  const ended = await db.transaction(async (tx) => {
    await holdPerson(tx, personId);
    const sessions = await endSessions(tx, personId);
    await recordAuditEvent(tx, actor, "person.sessions_ended", personId, { sessions: sessions.length });
    return sessions;
  });
  for (const sessionId of ended) tellSessionEnd(sessionId);
  return { ended: ended.length };
}
