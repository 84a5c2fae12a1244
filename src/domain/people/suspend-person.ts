import "server-only";
import { asc, eq, inArray } from "drizzle-orm";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { operatorIds } from "@/domain/vault/operator-ids";
import { AppError, notFound } from "@/lib/app-error";
import { endSessions } from "@/lib/auth/end-sessions";
import { tellSessionEnd } from "@/lib/auth/session-end";
import { database } from "@/lib/db/client";
import { userTable } from "@/lib/db/schema";

/**
 * Keeps a person out: ends their sessions and the answers that run for them, and refuses new sign-ins. What
 * is theirs stays. Suspending twice changes nothing.
 *
 * @throws AppError `not_found`; `conflict` for oneself, and for the last operator who is let in
 */
export async function suspendPerson(actor: Actor | SystemActor, personId: string): Promise<void> {
  if ("userId" in actor && actor.userId === personId) {
    throw new AppError("conflict", "You cannot suspend yourself. Another operator can do that.");
  }
  const operators = await operatorIds();
  const db = await database();
  const ended = await db.transaction(async (tx) => {
    // In one order, so that of two operators who suspend each other one is left.
    const held = await tx
      .select({ id: userTable.id, suspendedAt: userTable.suspendedAt })
      .from(userTable)
      .where(inArray(userTable.id, [...operators, personId]))
      .orderBy(asc(userTable.id))
      .for("update");
    const person = held.find(({ id }) => id === personId);
    if (!person) throw notFound("person");
    if (person.suspendedAt) return [];
    if ("userId" in actor && held.some(({ id, suspendedAt }) => id === actor.userId && suspendedAt)) {
      throw notFound("person");
    }
    const remains = held.some(
      ({ id, suspendedAt }) => id !== personId && operators.has(id) && suspendedAt === null,
    );
    if (operators.has(personId) && !remains) {
      throw new AppError(
        "conflict",
        "This is the last operator who can sign in. Name another one in OPERATOR_EMAILS first.",
      );
    }
    await tx.update(userTable).set({ suspendedAt: new Date() }).where(eq(userTable.id, personId));
    const sessions = await endSessions(tx, personId);
    await recordAuditEvent(tx, actor, "person.suspended", personId, { sessions: sessions.length });
    return sessions;
  });
  for (const sessionId of ended) tellSessionEnd(sessionId);
}
