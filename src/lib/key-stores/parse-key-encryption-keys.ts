import {
  EncryptionConfigError,
  environmentKeyEncryptionKey,
  type KeyEncryptionKey,
  type KeyRing,
  type KeyRingVariables,
  parseKeyRing,
} from "@/lib/encryption";

/** The variables the key-encryption keys come from. An empty one counts as unset. */
export interface KeyEncryptionKeyVariables extends KeyRingVariables {
  KEY_ENCRYPTION_KEYS?: string | undefined;
}

export interface KeyEncryptionKeys {
  /** At least one; the first wraps, all unwrap. */
  keys: KeyEncryptionKey[];
  /** The environment's keys, for values sealed directly with them; null if there are none. */
  ring: KeyRing | null;
}

/**
 * Reads which keys wrap data keys. Nothing is connected to: a key store is asked when its key is first used.
 *
 * @throws EncryptionConfigError naming the variable and the position, never a value
 */
export function parseKeyEncryptionKeys(env: KeyEncryptionKeyVariables): KeyEncryptionKeys {
  const { KEY_ENCRYPTION_KEYS: list = "", ENCRYPTION_KEYS = "", ENCRYPTION_KEY = "" } = env;
  const ring = list !== "" && ENCRYPTION_KEYS === "" && ENCRYPTION_KEY === "" ? null : parseKeyRing(env);
  const ringKeys = ring === null ? [] : [...ring.keys].map(environmentKeyEncryptionKey);
  for (const [index, entry] of (list === "" ? ["env"] : list.split(",")).entries()) {
    if (entry !== "env") {
      throw new EncryptionConfigError(`KEY_ENCRYPTION_KEYS, entry ${index + 1}: only "env" can be named.`);
    }
  }
  return { keys: ringKeys, ring };
}
