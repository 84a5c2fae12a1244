import "server-only";
import type { AuditActor, AuditLogQuery, AuditLogResponse } from "@/contracts/audit-log";
import { cursorOf, placeOf } from "./audit-window";
import { devicesOfSessions } from "./devices-of-sessions";
import { eventEntry, systemActor } from "./event-entry";
import { lastVerification } from "./last-verification";
import { nameAccounts } from "./name-things";
import { readAllEvents } from "./read-all-events";

/**
 * Any records of the trail, the newest first, with the people in them. For operators, checked by the caller.
 */
export async function listAuditEvents(query: AuditLogQuery): Promise<AuditLogResponse> {
  const { limit, cursor } = query;
  const [found, verification] = await Promise.all([
    readAllEvents(query, {
      withUses: query.uses === "each",
      before: cursor === undefined ? null : placeOf(cursor),
      limit: limit + 1,
    }),
    lastVerification(),
  ]);
  const events = found.slice(0, limit);
  const ids = new Set(events.flatMap(({ actorId, objectId }) => [actorId, ...accountIdsOf(objectId)]));
  const sessions = new Set<string>();
  const things = await nameAccounts([...ids]);
  const entries = events.map((event) => {
    const entry = eventEntry(event, actorOf(event.actorId, things[event.actorId]));
    if (entry.session) sessions.add(entry.session.id);
    return entry;
  });
  const devices = await devicesOfSessions([...sessions]);
  for (const { session } of entries) if (session) session.device = devices.get(session.id) ?? null;
  // Of "user:<id>", which names an altered row.
  for (const { objectId } of entries) {
    const account = accountIdsOf(objectId)
      .map((id) => things[id])
      .find((thing) => thing !== undefined);
    if (objectId !== null && account) things[objectId] = account;
  }
  const last = events.at(-1);
  return {
    entries,
    things,
    next: found.length > limit && last ? cursorOf(last) : null,
    lastVerification: verification,
  };
}

function accountIdsOf(objectId: string | null): string[] {
  return objectId === null ? [] : [objectId.replace(/^user:/, "")];
}

function actorOf(id: string, account: { name: string; email: string } | undefined): AuditActor {
  if (account) return { kind: "account", id, name: account.name, email: account.email };
  return systemActor(id) ?? { kind: "deleted_account", id };
}
