import type { AuditActor, AuditEventEntry } from "@/contracts/audit-log";
import type { ReadEvent } from "./audit-window";
import { idIn, shownDetail } from "./shown-detail";

const SYSTEM = "system:";

/** Null for a person. */
export function systemActor(actorId: string): AuditActor | null {
  return actorId.startsWith(SYSTEM)
    ? { kind: "system", id: actorId, name: actorId.slice(SYSTEM.length) }
    : null;
}

/** An event as it is listed; the session's device is filled in for the whole page. */
export function eventEntry(event: ReadEvent, actor: AuditActor): AuditEventEntry {
  const detail = shownDetail(event.detail);
  const session = event.action.startsWith("session.") ? event.objectId : idIn(detail, "session");
  return {
    kind: "event",
    id: event.id,
    at: event.at,
    action: event.action,
    actor,
    objectId: event.objectId,
    detail,
    session: session === null ? null : { id: session, device: null, isCurrent: false },
    seq: event.seq === null ? null : Number(event.seq),
    mac: event.mac,
  };
}
