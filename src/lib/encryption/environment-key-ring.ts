import type { KeyRing } from "./key-ring";
import { parseKeyRing } from "./parse-key-ring";

let parsed: { keys: string | undefined; key: string | undefined; ring: KeyRing } | null = null;

/**
 * The ring of the process environment, parsed again only when a variable has changed. Call it once at
 * start-up: a bad key must stop the boot, not the first request.
 *
 * @throws EncryptionConfigError
 */
export function keyRingFromEnvironment(): KeyRing {
  const { ENCRYPTION_KEYS: keys, ENCRYPTION_KEY: key } = process.env;
  if (parsed === null || parsed.keys !== keys || parsed.key !== key) {
    parsed = { keys, key, ring: parseKeyRing({ ENCRYPTION_KEYS: keys, ENCRYPTION_KEY: key }) };
  }
  return parsed.ring;
}
