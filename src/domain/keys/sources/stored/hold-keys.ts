import "server-only";
import { asc, eq } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { holdOwner } from "@/domain/vault/data-keys/hold-owner";
import type { Transaction } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";

export type KeyRow = typeof userAiApiKeysTable.$inferSelect;

/**
 * Locks all keys of `actor`, including previous secrets, until the transaction ends. Every operation that
 * adds or removes keys or changes the default starts with it. The owner is locked first: with row locks
 * alone, a waiting transaction would miss a key added meanwhile, and two could deadlock. Where a data key is
 * claimed too, that already locks the owner (vault/data-keys/seal-in-transaction.ts).
 *
 * @returns the current rows
 * @throws AppError `not_found` if the account is gone
 */
export async function holdKeys(tx: Transaction, actor: Actor): Promise<KeyRow[]> {
  await holdOwner(tx, { ownerKind: "user", ownerId: actor.userId });
  return tx
    .select()
    .from(userAiApiKeysTable)
    .where(eq(userAiApiKeysTable.userId, actor.userId))
    .orderBy(asc(userAiApiKeysTable.id))
    .for("update");
}

/** The key with this id among the locked ones. */
export function keyAmong(held: readonly KeyRow[], keyId: string): KeyRow | undefined {
  return held.find(({ id, previousOf }) => id === keyId && previousOf === null);
}

/** A provider's default key among the locked ones. */
export function defaultAmong(held: readonly KeyRow[], provider: string): KeyRow | undefined {
  return held.find((row) => row.provider === provider && row.isDefault && row.previousOf === null);
}

/** A key's previous secret among the locked ones, even if expired. */
export function previousAmong(held: readonly KeyRow[], keyId: string): KeyRow | undefined {
  return held.find(({ previousOf }) => previousOf === keyId);
}

/**
 * Which key becomes the default when the provider's default is deleted: the oldest usable one, else the
 * oldest.
 */
export function nextDefaultAmong(held: readonly KeyRow[], gone: KeyRow): KeyRow | undefined {
  const usable = (row: KeyRow) =>
    row.disabledAt === null &&
    row.unreadableSince === null &&
    row.pausedAt === null &&
    !(row.expiresAt && row.expiresAt.getTime() <= Date.now());
  return held
    .filter((row) => row.provider === gone.provider && row.id !== gone.id && row.previousOf === null)
    .toSorted(
      (left, right) =>
        Number(usable(right)) - Number(usable(left)) ||
        left.createdAt.getTime() - right.createdAt.getTime() ||
        left.id.localeCompare(right.id),
    )[0];
}
