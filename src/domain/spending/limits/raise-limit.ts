import "server-only";
import { and, eq, sql } from "drizzle-orm";
import { LIMIT_AMOUNT_MAX } from "@/contracts/limits";
import type { LimitView, RaiseLimitRequest } from "@/contracts/spending-limits";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { AppError, notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { limitsTable } from "@/lib/db/schema";
import { auditFigures } from "./audit-figures";
import { countLimitChange } from "./count-limit-change";
import { mayChange } from "./limit-owners";
import { readLimits } from "./read-limits";

/**
 * Adds to what the running window of a limit allows, until it resets.
 *
 * @param request.personId whose window of a limit for each person; the actor's, if nobody is named
 * @throws AppError `not_found`, also for another's; `conflict` for requests at the same time, which have no
 *   window; `limit_reached`; `rate_limited`
 */
export async function raiseLimit(
  actor: Actor,
  id: string,
  { by, personId }: RaiseLimitRequest,
): Promise<LimitView> {
  await countLimitChange(actor);
  const isAllowed = await mayChange(actor);
  const db = await database();
  return db.transaction(async (tx) => {
    const [limit] = await tx
      .select({
        ownerKind: limitsTable.ownerKind,
        scope: limitsTable.scopeKind,
        measure: limitsTable.measure,
      })
      .from(limitsTable)
      .where(and(eq(limitsTable.id, id), isAllowed))
      .for("key share");
    if (!limit) throw notFound("limit");
    if (limit.measure === "parallel") {
      throw new AppError("conflict", "Requests at the same time never reset. Change the limit itself.");
    }
    const isOfEach = limit.scope === "each_person";
    if (!isOfEach && personId !== undefined) {
      throw new AppError("invalid_request", "This limit is not one for each person: leave out personId.");
    }
    const subject = isOfEach ? (personId ?? actor.userId) : "";
    if (isOfEach && personId !== undefined) {
      const known = await rowsOf(tx, sql`select 1 from "user" where id = ${personId} for key share`);
      if (known.length === 0) throw notFound("person");
    }
    const [window] = await rowsOf<{ raised: number }>(
      tx,
      sql`insert into limit_windows as w (limit_id, subject, starts_at, ends_at, raised)
        select l.id, ${subject}, b.starts_at, b.ends_at, ${by}::bigint from limits l
        cross join lateral limit_window(l.period, l.time_zone, l.week_start, now()) b where l.id = ${id}::uuid
        on conflict (limit_id, subject, starts_at) do update set raised = w.raised + excluded.raised
        returning raised::float8 as raised`,
    );
    if (window && window.raised > LIMIT_AMOUNT_MAX) {
      throw new AppError("limit_reached", "It cannot be raised that far.");
    }
    await recordAuditEvent(tx, actor, "limit.raised", id, {
      ...auditFigures(limit.ownerKind, { by }),
      ...(isOfEach && { personId: subject }),
    });
    const [view] = await readLimits(sql`l.id = ${id}::uuid`, isOfEach ? subject : null, tx);
    if (!view) throw notFound("limit");
    return view;
  });
}
