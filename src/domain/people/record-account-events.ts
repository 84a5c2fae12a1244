import "server-only";
import type { AuditEvent } from "@/domain/vault/audit/audit-event";
import { queueAuditEvent } from "@/domain/vault/audit/audit-queue";
import { type AccountEvent, onAccountEvent } from "@/lib/auth/account-events";
import { logger } from "@/lib/logger";
import { oncePerProcess } from "@/lib/once-per-process";

const recording = oncePerProcess("recordAccountEvents", () => {
  onAccountEvent((event) => {
    try {
      queueAuditEvent(auditEventOf(event));
    } catch (error) {
      // It has happened: refusing it would not undo it.
      logger.error({ err: error, event: event.kind }, "an account event could not be recorded");
    }
  });
  return true;
});

/**
 * Records what the auth library does with accounts. Failed sign-ins of an account are bounded by its limit
 * (lib/auth/sign-in-limits.ts); those of unknown addresses are no account's and are not recorded, so that
 * nobody can fill the trail without one.
 */
export function recordAccountEvents(): void {
  recording.get();
}

function auditEventOf(event: AccountEvent): AuditEvent {
  const actor = { userId: event.userId };
  switch (event.kind) {
    case "created":
      return {
        actor,
        action: "account.created",
        objectId: event.userId,
        detail: { how: event.how, invited: event.invited },
      };
    case "deleted":
      return { actor, action: "account.deleted", objectId: event.userId };
    case "signed_in":
      return {
        actor,
        action: "session.started",
        objectId: event.sessionId,
        detail: { device: event.device },
      };
    case "sign_in_failed":
      return { actor, action: "sign_in.failed", objectId: event.userId };
    case "session_ended":
      return { actor, action: "session.ended", objectId: event.sessionId };
    case "password_changed":
      return { actor, action: "password.changed", objectId: event.userId };
    case "password_reset":
      return { actor, action: "password.reset", objectId: event.userId, detail: { link: event.linkId } };
  }
}
