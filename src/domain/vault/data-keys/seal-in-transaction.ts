import "server-only";
import { and, eq, sql } from "drizzle-orm";
import { AppError } from "@/lib/app-error";
import { database, type Transaction } from "@/lib/db/client";
import { dataKeysTable } from "@/lib/db/schema";
import { type DataKey, KeyStoreRefused, KeyStoreUnavailable } from "@/lib/encryption";
import { activeDataKey, MAY_SEAL } from "./active-data-key";
import { holdOwner } from "./hold-owner";
import { isRetiredKeyRefusal, retiredKeyConflict } from "./retired-key-refused";
import type { Owner } from "./stored-data-key";

/**
 * A rotation may retire the key between the read and the claim, once; a second time means another rotation.
 */
const ATTEMPTS = 5;

/**
 * Runs `work` in a transaction with the owner's active data key. The owner is locked first (hold-owner.ts).
 * Then the key is claimed, which counts its seals exactly and locks its row: until the transaction ends, no
 * rotation can retire or destroy it.
 *
 * @param seals how many values `work` seals
 * @param first takes locks that come before the data key's, where `owner` is the system
 * @throws AppError `not_found` if the owner is gone; `key_store_unavailable`; `conflict` if the current
 *   key-encryption key of this server was retired
 * @throws anything else that `work` and activeDataKey throw
 */
export async function sealInTransaction<T>(
  owner: Owner,
  seals: number,
  work: (tx: Transaction, dataKey: DataKey) => Promise<T>,
  first?: (tx: Transaction) => Promise<void>,
): Promise<T> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    // Sequential attempts: each needs to know how the one before ended.
    // oxlint-disable-next-line no-await-in-loop
    const done = await attemptOnce(owner, seals, work, first);
    if (done) return done.result;
  }
  throw new AppError("conflict", "Encryption keys are being changed just now. Try again in a moment.");
}

function toUserError(error: unknown): never {
  if (isRetiredKeyRefusal(error)) throw retiredKeyConflict(error);
  if (!(error instanceof KeyStoreUnavailable) && !(error instanceof KeyStoreRefused)) throw error;
  throw new AppError(
    "key_store_unavailable",
    "The key store of this server does not answer, so nothing was saved. Try again in a minute.",
    { cause: error },
  );
}

async function attemptOnce<T>(
  owner: Owner,
  seals: number,
  work: (tx: Transaction, dataKey: DataKey) => Promise<T>,
  first?: (tx: Transaction) => Promise<void>,
): Promise<{ result: T } | null> {
  const dataKey = await activeDataKey(owner).catch(toUserError);
  const db = await database();
  return db.transaction(async (tx) => {
    await first?.(tx);
    await holdOwner(tx, owner);
    const [claimed] = await tx
      .update(dataKeysTable)
      .set({ seals: sql`${dataKeysTable.seals} + ${seals}` })
      .where(and(eq(dataKeysTable.id, dataKey.id), MAY_SEAL))
      .returning({ id: dataKeysTable.id });
    return claimed ? { result: await work(tx, dataKey) } : null;
  });
}
