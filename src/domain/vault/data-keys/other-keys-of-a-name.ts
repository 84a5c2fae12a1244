import "server-only";
import { isNotNull } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { dataKeysTable } from "@/lib/db/schema";
import { EncryptionError, KeyStoreRefused, KeyStoreUnavailable } from "@/lib/encryption";
import { keyEncryptionKeys } from "./key-encryption-keys";
import { openUncachedDataKey, type StoredDataKey } from "./stored-data-key";

/** A data key's id is a hash of it, so the first by id are a random sample; its size does not grow. */
const SAMPLE = 200;
/** One row alone may be damaged. */
const TRIED_PER_KEY = 3;

/**
 * Configured key-encryption keys that open none of the data keys wrapped under their name: a dump was
 * restored beside another key, or a key was replaced without a new name. A server does start with one,
 * because everything else works; what it cannot open is an error, and what it saves now opens only with it.
 *
 * @returns a sentence for an operator about each
 */
export async function otherKeysOfAName(): Promise<string[]> {
  const db = await database();
  const sample = await db
    .select({
      id: dataKeysTable.id,
      ownerKind: dataKeysTable.ownerKind,
      ownerId: dataKeysTable.ownerId,
      wrapped: dataKeysTable.wrapped,
      keyEncryptionKeyId: dataKeysTable.keyEncryptionKeyId,
    })
    .from(dataKeysTable)
    .where(isNotNull(dataKeysTable.wrapped))
    .orderBy(dataKeysTable.id)
    .limit(SAMPLE);
  const sentences: string[] = [];
  for (const { id } of keyEncryptionKeys().all) {
    const tried = sample.filter((row) => row.keyEncryptionKeyId === id).slice(0, TRIED_PER_KEY);
    if (tried.length === 0 || (await opensOne(tried))) continue;
    sentences.push(
      `The key-encryption key "${id}" set here is not the one this database was used with: it opens none of the data keys wrapped under that name. Put the right one back. If it is lost, give the new key another name (ENCRYPTION_KEYS=k2:...); people then enter their keys again.`,
    );
  }
  return sentences;
}

async function opensOne(rows: readonly StoredDataKey[]): Promise<boolean> {
  for (const row of rows) {
    try {
      await openUncachedDataKey(row, keyEncryptionKeys());
      return true;
    } catch (error) {
      // A store that does not answer, or refuses, says nothing about the key; checkCurrentKey reports it.
      if (error instanceof KeyStoreUnavailable || error instanceof KeyStoreRefused) return true;
      if (!(error instanceof EncryptionError)) throw error;
    }
  }
  return false;
}
