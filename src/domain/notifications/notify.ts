import "server-only";
import type { NotificationKind } from "@/contracts/notification-kind";
import type { Owner } from "@/contracts/owner";
import type { Database, Transaction } from "@/lib/db/client";
import { notificationsTable } from "@/lib/db/schema";

export interface Notice {
  /** Who is told. */
  owner: Owner;
  kind: NotificationKind;
  /** Tells two of one kind apart, for example key and day. */
  dedupeKey: string;
  /** Ids, names and figures for its sentence; nothing secret. */
  detail: Record<string, string | number | boolean | null>;
}

/**
 * Tells once, however often and from however many servers it is called.
 *
 * @param db a transaction, if what is told is to be stored together with it
 */
export async function notify(db: Database | Transaction, notice: Notice): Promise<void> {
  const { owner, kind, dedupeKey, detail } = notice;
  await db
    .insert(notificationsTable)
    .values({ ownerKind: owner.kind, ownerId: owner.id, kind, dedupeKey, detail })
    .onConflictDoNothing();
}
