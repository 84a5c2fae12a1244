import "server-only";
import { and, eq } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { limitsTable } from "@/lib/db/schema";
import { auditFigures } from "./audit-figures";
import { countLimitChange } from "./count-limit-change";
import { mayChange } from "./limit-owners";

/**
 * Deletes a limit; its windows go with the next sweep.
 *
 * @throws AppError `not_found`, also for another's; `rate_limited`
 */
export async function deleteLimit(actor: Actor, id: string): Promise<void> {
  await countLimitChange(actor);
  const isAllowed = await mayChange(actor);
  const db = await database();
  await db.transaction(async (tx) => {
    const [deleted] = await tx
      .delete(limitsTable)
      .where(and(eq(limitsTable.id, id), isAllowed))
      .returning({
        ownerKind: limitsTable.ownerKind,
        measure: limitsTable.measure,
        amount: limitsTable.amount,
        period: limitsTable.period,
      });
    if (!deleted) throw notFound("limit");
    const { ownerKind, amount, ...kind } = deleted;
    await recordAuditEvent(tx, actor, "limit.deleted", id, {
      ...kind,
      ...auditFigures(ownerKind, { amount }),
    });
  });
}
