import "server-only";
import { AppError } from "@/lib/app-error";
import { AuditUnavailable } from "./audit-errors";
import type { AuditEvent } from "./audit-event";
import { queueAuditEvent } from "./audit-queue";

/**
 * Queues the record of an action that is about to be performed: an action that cannot be recorded is not
 * performed.
 *
 * @param notDone shown to the person after "so": "no saved key is used. Nothing was sent."
 * @throws AppError `unavailable`
 */
export function recordBefore(event: AuditEvent, notDone: string): void {
  try {
    queueAuditEvent(event);
  } catch (error) {
    if (!(error instanceof AuditUnavailable)) throw error;
    throw new AppError(
      "unavailable",
      `This server cannot write its audit trail at the moment, so ${notDone} Try again in a minute.`,
      { cause: error },
    );
  }
}
