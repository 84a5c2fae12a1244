import type { Actor, SystemActor } from "@/domain/identity/actor";
import { InvalidAuditEvent } from "./audit-errors";

/** Closed list, `noun.verb`: stored rows depend on these names. */
export type AuditAction =
  | "ai_key.saved"
  | "ai_key.replaced"
  | "ai_key.deleted"
  | "ai_key.unreadable"
  | "ai_key.changed"
  | "ai_key.paused"
  | "ai_key.resumed"
  | "ai_key.switched_back"
  | "ai_key.previous_dropped"
  | "ai_key.held"
  | "ai_key.tested"
  | "ai_key.connected"
  | "admin_key.saved"
  | "admin_key.deleted"
  | "admin_key.unreadable"
  | "project.created"
  | "project.renamed"
  | "project.deleted"
  | "project_secret.saved"
  | "project_secret.deleted"
  | "value.opened"
  | "value.open_failed"
  | "value.open_denied"
  | "value.resealed"
  | "data_key.created"
  | "data_key.retired"
  | "data_key.rewrapped"
  | "data_key.destroyed"
  | "data_key.unreadable"
  | "key_rotation.started"
  | "key_rotation.completed"
  | "key_rotation.cancelled"
  | "audit.verified"
  | "audit.head_accepted"
  | "audit.exported"
  | "key_backup.made"
  | "key_backup.checked"
  | "control_token.refused"
  | "key_encryption_key.retired"
  | "operator.denied"
  | "accounts.signed"
  | "account.altered"
  | "person.suspended"
  | "person.unsuspended"
  | "person.sessions_ended"
  | "reset_link.made"
  | "reset_link.revoked"
  | "invitation.made"
  | "invitation.revoked"
  | "limit.created"
  | "limit.changed"
  | "limit.deleted"
  | "limit.raised"
  | "account.created"
  | "account.deleted"
  | "session.started"
  | "session.ended"
  | "sign_in.failed"
  | "password.changed"
  | "password.reset"
  | "webhook.added"
  | "webhook.changed"
  | "webhook.secret_replaced"
  | "webhook.tested"
  | "webhook.disabled"
  | "webhook.deleted"
  | "mail.tested";

/** Ids, names of providers and counts; never key material or anything a person typed. */
export type AuditDetail = Record<string, string | number | boolean | string[]>;

export interface AuditEvent {
  readonly actor: Actor | SystemActor;
  readonly action: AuditAction;
  readonly objectId: string;
  readonly detail?: AuditDetail | undefined;
}

const MAX_ID_CHARACTERS = 512;
/** Room for a batch of some 1,600 UUIDs. */
const MAX_DETAIL_BYTES = 64 * 1024;

const SYSTEM = "system:";

/**
 * The columns of an event, validated: the database accepts whatever passes, so one bad event cannot block the
 * batch it is written in.
 *
 * @throws InvalidAuditEvent
 */
export function auditEventColumns(event: AuditEvent): {
  actorId: string;
  action: AuditAction;
  objectId: string;
  detail: AuditDetail | undefined;
} {
  const objectId = checkedId(event.objectId);
  const detail = detailOf(event);
  if (detail !== undefined) checkDetail(detail);
  return { actorId: actorIdOf(event.actor), action: event.action, objectId, detail };
}

/** With the session in which a person acted, so that they see later from where it was. */
function detailOf({ actor, detail }: AuditEvent): AuditDetail | undefined {
  const session = "userId" in actor ? actor.sessionId : undefined;
  return session === undefined ? detail : { ...detail, session };
}

function actorIdOf(actor: Actor | SystemActor): string {
  if ("system" in actor) return `${SYSTEM}${actor.system}`;
  if (actor.userId.startsWith(SYSTEM)) {
    throw new InvalidAuditEvent('the id of a person must not begin with "system:"');
  }
  return checkedId(actor.userId);
}

function checkedId(id: string): string {
  if (id.length === 0 || id.length > MAX_ID_CHARACTERS) {
    throw new InvalidAuditEvent(`ids have 1 to ${MAX_ID_CHARACTERS} characters`);
  }
  return checkedText(id);
}

function checkDetail(detail: AuditDetail): void {
  for (const [name, value] of Object.entries(detail)) {
    checkedText(name);
    if (typeof value === "number") checkNumber(value);
    else if (typeof value === "string") checkedText(value);
    else if (Array.isArray(value)) value.forEach(checkedText);
    else if (typeof value !== "boolean") {
      throw new InvalidAuditEvent("detail holds texts, numbers, booleans and arrays of texts");
    }
  }
  if (Buffer.byteLength(JSON.stringify(detail), "utf8") > MAX_DETAIL_BYTES) {
    throw new InvalidAuditEvent(`detail has at most ${MAX_DETAIL_BYTES} bytes as JSON`);
  }
}

/** Postgres stores neither U+0000 nor, in jsonb, half of a surrogate pair. */
function checkedText(text: unknown): string {
  if (typeof text !== "string" || text.includes("\0") || !text.isWellFormed()) {
    throw new InvalidAuditEvent("texts are well-formed Unicode without U+0000");
  }
  return text;
}

/** No exponent: jsonb expands 1e300 to all its digits, which would bypass the size limit. */
function checkNumber(value: number): void {
  if (!/^-?\d+(\.\d+)?$/.test(String(value))) {
    throw new InvalidAuditEvent("numbers are finite and of a size that is written without an exponent");
  }
}
