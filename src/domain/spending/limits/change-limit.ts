import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { ChangeLimitRequest, LimitView } from "@/contracts/spending-limits";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { AppError, notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { limitsTable } from "@/lib/db/schema";
import { auditFigures } from "./audit-figures";
import { countLimitChange } from "./count-limit-change";
import { mayChange } from "./limit-owners";
import { readLimits } from "./read-limits";

/**
 * Changes what a limit allows. What was used stays counted.
 *
 * @throws AppError `not_found`, also for another's; `rate_limited`
 */
export async function changeLimit(actor: Actor, id: string, change: ChangeLimitRequest): Promise<LimitView> {
  await countLimitChange(actor);
  const { fallbackPrice, ...rules } = change;
  const isAllowed = await mayChange(actor);
  const db = await database();
  return db.transaction(async (tx) => {
    const [changed] = await tx
      .update(limitsTable)
      .set({
        ...rules,
        ...(fallbackPrice !== undefined && {
          fallbackInput: fallbackPrice?.input ?? null,
          fallbackOutput: fallbackPrice?.output ?? null,
        }),
      })
      .where(and(eq(limitsTable.id, id), isAllowed))
      .returning({
        ownerKind: limitsTable.ownerKind,
        measure: limitsTable.measure,
        amount: limitsTable.amount,
        hard: limitsTable.hard,
      });
    if (!changed) throw notFound("limit");
    if (fallbackPrice && changed.measure !== "micro_usd") {
      throw new AppError("invalid_request", "Only a limit of money has a price for models without one.");
    }
    await recordAuditEvent(tx, actor, "limit.changed", id, {
      changed: Object.keys(change),
      hard: changed.hard,
      ...auditFigures(changed.ownerKind, { amount: changed.amount }),
    });
    const [view] = await readLimits(sql`l.id = ${id}::uuid`, null, tx);
    if (!view) throw notFound("limit");
    return view;
  });
}
