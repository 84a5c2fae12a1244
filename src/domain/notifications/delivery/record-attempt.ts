import "server-only";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { DeliveryOutcome } from "@/contracts/notifications";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { database, type Transaction } from "@/lib/db/client";
import { notificationDeliveriesTable, webhooksTable } from "@/lib/db/schema";
import { notify } from "../notify";
import { retryPause } from "./retry-pause";

export interface Attempt {
  outcome: DeliveryOutcome;
  status: number | null;
}

/** A receiver that has taken nothing for so long, and given up again, is not asked any more. */
const DISABLED_AFTER = "3 days";
/** HTTP: the receiver says that it is gone for good. */
const GONE = 410;

/** Stores how an attempt ended: delivered, tried again later, or given up. */
export async function recordAttempt(
  delivery: { id: string; webhookId: string | null; attempts: number },
  attempt: Attempt | "gone",
): Promise<void> {
  const { id, webhookId, attempts } = delivery;
  const isGone = attempt === "gone" || attempt.status === GONE;
  const pause = isGone ? null : retryPause(attempts);
  const isDelivered = attempt !== "gone" && attempt.outcome === "delivered";
  const db = await database();
  await db.transaction(async (tx) => {
    // The webhook before its deliveries: several of them may end at once.
    const hasAnswered = webhookId !== null && attempt !== "gone";
    if (hasAnswered) {
      await tx
        .update(webhooksTable)
        .set({
          lastOutcome: attempt.outcome,
          lastStatus: attempt.status,
          lastAt: sql`now()`,
          failingSince: isDelivered ? null : sql`coalesce(failing_since, now())`,
        })
        .where(eq(webhooksTable.id, webhookId));
    }
    await tx
      .update(notificationDeliveriesTable)
      .set({
        ...(isDelivered
          ? { state: "delivered" as const }
          : pause === null
            ? { state: "given_up" as const }
            : { nextAt: sql`now() + ${pause} * interval '1 millisecond'` }),
        ...(attempt === "gone" ? {} : { lastOutcome: attempt.outcome, lastStatus: attempt.status }),
        lastAt: sql`now()`,
      })
      .where(and(eq(notificationDeliveriesTable.id, id), eq(notificationDeliveriesTable.state, "waiting")));
    if (hasAnswered && !isDelivered && pause === null) await disableIfHopeless(tx, webhookId, isGone);
  });
}

/** Also gives up what still waits for it, and tells its owner. */
async function disableIfHopeless(tx: Transaction, webhookId: string, isGone: boolean): Promise<void> {
  const why = isGone ? "gone" : "failing";
  const [disabled] = await tx
    .update(webhooksTable)
    .set({ disabledAt: sql`now()`, disabledBecause: why })
    .where(
      and(
        eq(webhooksTable.id, webhookId),
        isNull(webhooksTable.disabledAt),
        isGone ? undefined : sql`failing_since < now() - ${DISABLED_AFTER}::interval`,
      ),
    )
    .returning();
  if (!disabled) return;
  await tx
    .update(notificationDeliveriesTable)
    .set({ state: "given_up" })
    .where(
      and(
        eq(notificationDeliveriesTable.webhookId, webhookId),
        eq(notificationDeliveriesTable.state, "waiting"),
      ),
    );
  await recordAuditEvent(tx, { system: "delivery" }, "webhook.disabled", webhookId, { why });
  await notify(tx, {
    owner: { kind: disabled.ownerKind, id: disabled.ownerId },
    kind: "webhook_disabled",
    dedupeKey: `${webhookId}:${disabled.disabledAt?.toISOString() ?? ""}`,
    detail: { webhookId, host: new URL(disabled.address).host, why },
  });
}
