import "server-only";
import { DataKeyCache, KeyEncryptionKeys, type KeyRing } from "@/lib/encryption";
import { parseKeyEncryptionKeys } from "@/lib/key-stores/parse-key-encryption-keys";

/** Enough for the people who chat in the same five minutes; each entry is some hundred bytes. */
const CACHED_KEYS = 1_000;
/** A key store that withdraws a key is obeyed after at most this long. */
const CACHED_FOR_MS = 5 * 60_000;

interface Configured {
  /** The variables it was made from. */
  variables: string;
  keys: KeyEncryptionKeys;
  ring: KeyRing | null;
  cache: DataKeyCache;
}

// On globalThis, because Next bundles this module more than once and the cache should be one.
const shared = globalThis as typeof globalThis & { orchestralKeyEncryptionKeys?: Configured };

function configured(): Configured {
  const { KEY_ENCRYPTION_KEYS, ENCRYPTION_KEYS, ENCRYPTION_KEY } = process.env;
  const variables = JSON.stringify([KEY_ENCRYPTION_KEYS, ENCRYPTION_KEYS, ENCRYPTION_KEY]);
  if (shared.orchestralKeyEncryptionKeys?.variables !== variables) {
    const { keys, ring } = parseKeyEncryptionKeys({ KEY_ENCRYPTION_KEYS, ENCRYPTION_KEYS, ENCRYPTION_KEY });
    shared.orchestralKeyEncryptionKeys = {
      variables,
      keys: new KeyEncryptionKeys(keys),
      ring,
      cache: new DataKeyCache({ maxEntries: CACHED_KEYS, lifeMs: CACHED_FOR_MS }),
    };
  }
  return shared.orchestralKeyEncryptionKeys;
}

/**
 * The key-encryption keys of this process, parsed again only when a variable has changed. Call it once at the start: a
 * bad key must stop the boot, not the first request.
 *
 * @throws EncryptionConfigError
 */
export function keyEncryptionKeys(): KeyEncryptionKeys {
  return configured().keys;
}

/** The environment's ring, for values of the formats from before data keys; null if the installation has none. */
export function environmentRing(): KeyRing | null {
  return configured().ring;
}

/** Data keys this process has unwrapped lately. */
export function dataKeyCache(): DataKeyCache {
  return configured().cache;
}
