import "server-only";
import { and, asc, eq, or, sql } from "drizzle-orm";
import type { WebhookListResponse } from "@/contracts/webhooks";
import type { Actor } from "@/domain/identity/actor";
import { isOperator } from "@/domain/vault/require-operator";
import { database } from "@/lib/db/client";
import { webhooksTable } from "@/lib/db/schema";

/** A person's webhooks, and those of the installation for its operators. Nothing is opened. */
export async function listWebhooks(actor: Actor): Promise<WebhookListResponse> {
  const operates = await isOperator(actor);
  const { ownerKind, ownerId, createdAt, id } = webhooksTable;
  const own = and(eq(ownerKind, "person"), eq(ownerId, actor.userId));
  const db = await database();
  const rows = await db
    .select({
      id,
      owner: ownerKind,
      address: webhooksTable.address,
      kinds: webhooksTable.kinds,
      disabledAt: webhooksTable.disabledAt,
      disabledBecause: webhooksTable.disabledBecause,
      createdAt,
      lastOutcome: webhooksTable.lastOutcome,
      lastStatus: webhooksTable.lastStatus,
      lastAt: webhooksTable.lastAt,
      waiting: deliveries("waiting"),
      givenUp: deliveries("given_up"),
    })
    .from(webhooksTable)
    .where(operates ? or(own, eq(ownerKind, "installation")) : own)
    .orderBy(asc(createdAt), asc(id));
  return {
    webhooks: rows.map(({ disabledAt, lastOutcome, lastStatus, lastAt, ...row }) => ({
      ...row,
      createdAt: row.createdAt.toISOString(),
      state: disabledAt ? "disabled" : "active",
      last:
        lastOutcome && lastAt ? { outcome: lastOutcome, status: lastStatus, at: lastAt.toISOString() } : null,
    })),
    isOperator: operates,
  };
}

function deliveries(state: "waiting" | "given_up") {
  return sql<number>`(select count(*)::int from notification_deliveries d
    where d.webhook_id = webhooks.id and d.state = ${state})`;
}
