import "server-only";
import { and, eq, type SQL } from "drizzle-orm";
import { INSTALLATION, type Owner, type OwnerKind, personAsOwner } from "@/contracts/owner";
import type { Actor } from "@/domain/identity/actor";
import { isOperator } from "@/domain/vault/require-operator";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { webhooksTable } from "@/lib/db/schema";
import type { Limit } from "@/lib/rate-limiter";

/** Changes of webhooks and tests, which send requests to others' servers. */
export const WEBHOOK_CHANGES: Limit = {
  name: "webhook-change",
  points: 60,
  seconds: 60,
  sentence: "You have changed or tested webhooks very often in the last minute.",
};

/** The owner a person may add webhooks for. @throws AppError `not_found` if they do not operate it */
export async function ownerFor(actor: Actor, kind: OwnerKind): Promise<Owner> {
  if (kind === "person") return personAsOwner(actor.userId);
  if (!(await isOperator(actor))) throw notFound("installation");
  return INSTALLATION;
}

/** A webhook of the person's, or of the installation they operate. @throws AppError `not_found` */
export async function requireWebhook(
  actor: Actor,
  webhookId: string,
): Promise<{ owner: Owner; is: SQL; address: string }> {
  const db = await database();
  const { id, ownerKind, ownerId } = webhooksTable;
  const [row] = await db
    .select({ kind: ownerKind, id: ownerId, address: webhooksTable.address })
    .from(webhooksTable)
    .where(eq(id, webhookId));
  const isTheirs =
    row?.kind === "person" ? row.id === actor.userId : row !== undefined && (await isOperator(actor));
  if (!row || !isTheirs) throw notFound("webhook");
  // An id says whose it is for good: owners of webhooks never change.
  const is = and(eq(id, webhookId), eq(ownerKind, row.kind), eq(ownerId, row.id));
  if (!is) throw notFound("webhook");
  return { owner: { kind: row.kind, id: row.id }, is, address: row.address };
}

/** As whom the vault knows the owner of webhooks: `seal_owner` of their rows. */
export function sealOwnerOf({ kind, id }: Owner): { ownerKind: "system"; ownerId: string } {
  return { ownerKind: "system", ownerId: `webhooks:${kind}:${id}` };
}
