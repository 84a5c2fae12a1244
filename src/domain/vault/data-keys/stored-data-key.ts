import "server-only";
import {
  type DataKey,
  DataKeyDestroyed,
  type DataKeyOwner,
  type KeyEncryptionKeys,
  unwrapDataKey,
} from "@/lib/encryption";
import { dataKeyCache, keyEncryptionKeys } from "./key-encryption-keys";

/** The owner of data keys. Those of `reconcile` are "person:<id>" and "installation:installation". */
export interface Owner extends DataKeyOwner {
  ownerKind: "user" | "project" | "system" | "reconcile";
}

/** The columns of `data_keys` needed to open a key. */
export interface StoredDataKey {
  id: string;
  ownerKind: string;
  ownerId: string;
  wrapped: string | null;
}

/**
 * The data key of a row, from the cache or from its key store.
 *
 * @param stored read just now: a key destroyed since stays closed even while it is cached
 * @throws DataKeyDestroyed
 * @throws the errors of unwrapDataKey
 */
export async function openStoredDataKey(stored: StoredDataKey): Promise<DataKey> {
  if (stored.wrapped === null) throw new DataKeyDestroyed();
  const { id, ownerKind, ownerId, wrapped } = stored;
  // The whole row is the cache key: with another owner or another wrapped text it is unwrapped and verified
  // again.
  return dataKeyCache().get(JSON.stringify([id, ownerKind, ownerId, wrapped]), () =>
    openUncachedDataKey(stored, keyEncryptionKeys()),
  );
}

/**
 * The data key of a row, always from its key store: for walks over many keys, which would evict everybody
 * else's from the cache.
 *
 * @throws as openStoredDataKey
 */
export async function openUncachedDataKey(stored: StoredDataKey, keys: KeyEncryptionKeys): Promise<DataKey> {
  const { id, ownerKind, ownerId, wrapped } = stored;
  if (wrapped === null) throw new DataKeyDestroyed();
  return unwrapDataKey(wrapped, { dataKeyId: id, ownerKind, ownerId }, keys);
}
