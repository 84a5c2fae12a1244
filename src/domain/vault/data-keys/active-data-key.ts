import "server-only";
import { and, eq, sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { dataKeysTable, vaultStateTable } from "@/lib/db/schema";
import {
  createDataKey,
  type DataKey,
  EncryptionError,
  KeyStoreRefused,
  KeyStoreUnavailable,
} from "@/lib/encryption";
import { logger } from "@/lib/logger";
import { recordAuditEvent } from "../audit/record-audit-event";
import { holdOwner } from "./hold-owner";
import { keyEncryptionKeys } from "./key-encryption-keys";
import { type Owner, openStoredDataKey, type StoredDataKey } from "./stored-data-key";

/**
 * A data key seals at most this many values, then its owner gets a new one. With random 96-bit nonces the
 * limit of NIST SP 800-38D, 8.3 is 2^32; at 2^24 the chance of a collision is below 2^-48.
 */
export const SEALS_PER_DATA_KEY = 2 ** 24;

/** The generation new data keys belong to. */
export const CURRENT_GENERATION = sql`(select ${vaultStateTable.dataKeyGeneration} from ${vaultStateTable})`;

/**
 * Whether a row of `data_keys` may seal: active, made since the last rotation of data keys began, and budget
 * left.
 */
export const MAY_SEAL = sql`${dataKeysTable.state} = 'active' and ${dataKeysTable.seals} < ${SEALS_PER_DATA_KEY}
  and ${dataKeysTable.generation} = ${CURRENT_GENERATION}`;

/**
 * The data key that seals new values of an owner. A new one is made if there is none, or if the existing one
 * may no longer seal or cannot be unwrapped: a person who lost a value must be able to save it again. The
 * system's own keys are not replaced when they cannot be unwrapped: no person has to enter them again, and a
 * command started with a different configuration must not take them from the servers. To use the key, claim
 * it in the transaction that stores the value: see seal-in-transaction.ts.
 *
 * @throws the errors of unwrapDataKey
 * @throws AppError `not_found` if there is none and the owner is gone
 */
export async function activeDataKey(owner: Owner): Promise<DataKey> {
  const stored = await findActive(owner);
  if (stored?.maySeal && owner.ownerKind === "system") return openStoredDataKey(stored);
  const opened = stored?.maySeal ? await openUnlessLost(stored) : null;
  return opened ?? replaceActive(owner, stored?.id);
}

/**
 * @returns null if the key cannot be unwrapped though its key store answered: it opens nothing until that is
 *   fixed
 */
async function openUnlessLost(stored: StoredDataKey): Promise<DataKey | null> {
  try {
    return await openStoredDataKey(stored);
  } catch (error) {
    const isLost =
      error instanceof EncryptionError &&
      !(error instanceof KeyStoreUnavailable) &&
      !(error instanceof KeyStoreRefused);
    if (!isLost) throw error;
    logger.error({ err: error, dataKey: stored.id }, "a data key cannot be unwrapped; a new one replaces it");
    return null;
  }
}

function ofOwner({ ownerKind, ownerId }: Owner) {
  return and(
    eq(dataKeysTable.ownerKind, ownerKind),
    eq(dataKeysTable.ownerId, ownerId),
    eq(dataKeysTable.state, "active"),
  );
}

async function findActive(owner: Owner) {
  const db = await database();
  const [row] = await db
    .select({
      id: dataKeysTable.id,
      ownerKind: dataKeysTable.ownerKind,
      ownerId: dataKeysTable.ownerId,
      wrapped: dataKeysTable.wrapped,
      maySeal: sql<boolean>`${MAY_SEAL}`,
    })
    .from(dataKeysTable)
    .where(ofOwner(owner))
    .limit(1);
  return row;
}

/**
 * The second of two concurrent callers takes the first one's key: a unique index allows one active key an
 * owner.
 */
async function replaceActive(owner: Owner, outdated: string | undefined): Promise<DataKey> {
  // Before the transaction: a key store can be slow, and no lock should wait for it.
  const made = await createDataKey(owner, keyEncryptionKeys().current);
  const db = await database();
  const inserted = await db.transaction(async (tx) => {
    await holdOwner(tx, owner);
    if (outdated !== undefined) {
      const retired = await tx
        .update(dataKeysTable)
        .set({ state: "decrypt_only", retiredAt: new Date() })
        .where(and(eq(dataKeysTable.id, outdated), eq(dataKeysTable.state, "active")))
        .returning({ id: dataKeysTable.id });
      const [id] = retired.map((row) => row.id);
      if (id) await recordAuditEvent(tx, { system: "vault" }, "data_key.retired", id, { ...kindOf(owner) });
    }
    const [row] = await tx
      .insert(dataKeysTable)
      .values({ id: made.dataKey.id, wrapped: made.wrapped, generation: CURRENT_GENERATION, ...owner })
      .onConflictDoNothing()
      .returning({ id: dataKeysTable.id });
    if (row)
      await recordAuditEvent(tx, { system: "vault" }, "data_key.created", row.id, { ...kindOf(owner) });
    return row !== undefined;
  });
  if (inserted) return made.dataKey;
  const theirs = await findActive(owner);
  // Theirs may have been retired since, or destroyed with the owner.
  return theirs ? openStoredDataKey(theirs) : activeDataKey(owner);
}

function kindOf({ ownerKind }: Owner): { ownerKind: string } {
  return { ownerKind };
}
