import "server-only";
import { DataKeyCache, KeyEncryptionKeys, type KeyRing } from "@/lib/encryption";
import {
  type KeyEncryptionKeyVariables,
  parseKeyEncryptionKeys,
} from "@/lib/key-stores/parse-key-encryption-keys";
import { outsideRequests } from "@/lib/once-per-process";

/** Enough for the people who chat in the same five minutes; each entry takes a few hundred bytes. */
const CACHED_KEYS = 1_000;
/** A key withdrawn in its key store stops working here after at most this long. */
const CACHED_FOR_MS = 5 * 60_000;

/** What parseKeyEncryptionKeys reads. */
const VARIABLES: readonly (keyof KeyEncryptionKeyVariables)[] = [
  "KEY_ENCRYPTION_KEYS",
  "ENCRYPTION_KEYS",
  "ENCRYPTION_KEY",
  "VAULT_TOKEN",
  "VAULT_NAMESPACE",
  "PKCS11_PIN",
  "CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS",
];

interface Configured {
  /** The variables it was made from. */
  variables: KeyEncryptionKeyVariables;
  keys: KeyEncryptionKeys;
  ring: KeyRing | null;
  cache: DataKeyCache;
}

/**
 * Next bundles this module more than once, and each copy has its own keys and cache on purpose: errors are
 * distinguished by class, and one copy's KeyStoreUnavailable is not an instance of another copy's.
 */
let current: Configured | undefined;

function configured(): Configured {
  const known = current?.variables;
  // Called for each data key that is unwrapped, so it compares in place.
  if (!known || !current || VARIABLES.some((name) => process.env[name] !== known[name])) {
    const variables: KeyEncryptionKeyVariables = {};
    for (const name of VARIABLES) variables[name] = process.env[name];
    const { keys, ring } = parseKeyEncryptionKeys(variables);
    current = {
      variables,
      keys: new KeyEncryptionKeys(keys),
      ring,
      cache: new DataKeyCache({ maxEntries: CACHED_KEYS, lifeMs: CACHED_FOR_MS, outside: outsideRequests }),
    };
  }
  return current;
}

/**
 * The key-encryption keys of this process, parsed again only when a variable has changed. Call it once at
 * startup: a bad key must stop the boot, not the first request.
 *
 * @throws EncryptionConfigError
 */
export function keyEncryptionKeys(): KeyEncryptionKeys {
  return configured().keys;
}

/**
 * The environment's key ring, for values in the formats from before data keys; null if the installation has
 * none.
 */
export function environmentRing(): KeyRing | null {
  return configured().ring;
}

/** Recently unwrapped data keys. */
export function dataKeyCache(): DataKeyCache {
  return configured().cache;
}
