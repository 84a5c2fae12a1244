import "server-only";
import { asc, eq } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { holdOwner } from "@/domain/vault/data-keys/hold-owner";
import type { Transaction } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";

export type KeyRow = typeof userAiApiKeysTable.$inferSelect;

/**
 * Holds all keys of `actor` with their former secrets until the transaction ends. Every verb that changes which keys there
 * are, or which one is the default, begins with it. Their owner is held first: the rows alone would let somebody who waits
 * for them miss the one that is added meanwhile, and two of them wait for each other in a circle. Where a data key is claimed
 * too, the owner is held by that already (vault/data-keys/seal-in-transaction.ts).
 *
 * @returns the rows as they are now
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

/** The key with this id among those held. */
export function keyAmong(held: readonly KeyRow[], keyId: string): KeyRow | undefined {
  return held.find(({ id, previousOf }) => id === keyId && previousOf === null);
}

/** The default key of a provider among those held. */
export function defaultAmong(held: readonly KeyRow[], provider: string): KeyRow | undefined {
  return held.find((row) => row.provider === provider && row.isDefault && row.previousOf === null);
}

/** The former secret of a key among those held, also when its time is over. */
export function previousAmong(held: readonly KeyRow[], keyId: string): KeyRow | undefined {
  return held.find(({ previousOf }) => previousOf === keyId);
}

/** Which key becomes the default when the provider's default goes: the oldest that can be used, else the oldest. */
export function nextDefaultAmong(held: readonly KeyRow[], gone: KeyRow): KeyRow | undefined {
  const usable = (row: KeyRow) => row.disabledAt === null && row.unreadableSince === null;
  return held
    .filter((row) => row.provider === gone.provider && row.id !== gone.id && row.previousOf === null)
    .toSorted(
      (left, right) =>
        Number(usable(right)) - Number(usable(left)) ||
        left.createdAt.getTime() - right.createdAt.getTime() ||
        left.id.localeCompare(right.id),
    )[0];
}
