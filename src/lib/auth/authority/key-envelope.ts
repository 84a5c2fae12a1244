import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from "node:crypto";
import { symmetricDecrypt, symmetricEncrypt } from "better-auth/crypto";

/**
 * The authority key makes the MACs of row-mac.ts. It is random, and stored encrypted (XChaCha20-Poly1305)
 * under two keys, either of which opens it: one derived from BETTER_AUTH_SECRET, and one derived from a data
 * key of the vault. So a new secret costs nobody the password, and neither do lost key-encryption keys or a
 * key store that does not answer.
 */
const KEY_BYTES = 32;
const LABEL = "orchestral authority key";

export function newAuthorityKey(): KeyObject {
  return createSecretKey(randomBytes(KEY_BYTES));
}

/** The key that encrypts the authority key, derived from BETTER_AUTH_SECRET. */
export function envelopeKeyOf(secret: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync("sha256", secret, "", LABEL, KEY_BYTES)));
}

export function sealAuthorityKey(key: KeyObject, envelopeKey: KeyObject): Promise<string> {
  return symmetricEncrypt({ key: hex(envelopeKey), data: hex(key) });
}

/** @returns null if it was not encrypted under this key */
export async function openAuthorityKey(sealed: string, envelopeKey: KeyObject): Promise<KeyObject | null> {
  try {
    const bytes = Buffer.from(await symmetricDecrypt({ key: hex(envelopeKey), data: sealed }), "hex");
    return bytes.length === KEY_BYTES ? createSecretKey(bytes) : null;
  } catch {
    return null;
  }
}

function hex(key: KeyObject): string {
  return key.export().toString("hex");
}
