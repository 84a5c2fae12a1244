import "server-only";
import {
  type DataKey,
  DataKeyDestroyed,
  type DataKeyOwner,
  type KeyEncryptionKeys,
  unwrapDataKey,
} from "@/lib/encryption";
import { dataKeyCache, keyEncryptionKeys } from "./key-encryption-keys";

/** Whom data keys belong to. */
export interface Owner extends DataKeyOwner {
  ownerKind: "user" | "project" | "system";
}

/** What is read of a row of `data_keys` to open its key. */
export interface StoredDataKey {
  id: string;
  ownerKind: string;
  ownerId: string;
  wrapped: string | null;
}

/**
 * The key of a row, from memory or from its key store.
 *
 * @param stored read just now: a key destroyed since stays shut even while it is in memory
 * @throws DataKeyDestroyed
 * @throws the errors of unwrapDataKey
 */
export async function openStoredDataKey(stored: StoredDataKey): Promise<DataKey> {
  if (stored.wrapped === null) throw new DataKeyDestroyed();
  const { id, ownerKind, ownerId, wrapped } = stored;
  // The whole row is the cache's key: with another owner or another wrapped text it has to prove itself again.
  return dataKeyCache().get(JSON.stringify([id, ownerKind, ownerId, wrapped]), () =>
    openUncachedDataKey(stored, keyEncryptionKeys()),
  );
}

/**
 * The key of a row, from its key store: for walks over many keys, which would push everybody else's out of memory.
 *
 * @throws as openStoredDataKey
 */
export async function openUncachedDataKey(stored: StoredDataKey, keys: KeyEncryptionKeys): Promise<DataKey> {
  const { id, ownerKind, ownerId, wrapped } = stored;
  if (wrapped === null) throw new DataKeyDestroyed();
  return unwrapDataKey(wrapped, { dataKeyId: id, ownerKind, ownerId }, keys);
}
