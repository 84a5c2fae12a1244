import "server-only";
import { onAlteredRow } from "@/lib/auth/authority/altered-rows";
import { logger } from "@/lib/logger";
import { queueAuditEvent } from "../audit/audit-queue";

/** Puts on record each row that somebody else wrote and that was met by this server. */
export function recordAlteredRows(): void {
  onAlteredRow(({ table, id }) => {
    try {
      const objectId = `${table}:${id}`.slice(0, 500);
      queueAuditEvent({ actor: { system: "vault" }, action: "account.altered", objectId });
    } catch (error) {
      // The row is refused in any case.
      logger.error({ err: error }, "an altered row could not be recorded");
    }
  });
}
