import { LEGACY_NONCE_BYTES, openBytes, TAG_BYTES } from "./aes-256-gcm";
import { decodeCanonicalBase64 } from "./canonical-base64";
import { DecryptionFailed, SealedValueMalformed } from "./errors";
import type { KeyRing, RingKey } from "./key-ring";
import { MAX_PLAINTEXT_BYTES } from "./plaintext";

/*
 * The format of the design this project grew from: base64(nonce16 | tag16 | ciphertext), AES-256-GCM, no
 * additional data, no key id. It is only ever opened, to migrate existing data.
 *
 * The danger: nothing binds such a value to its row. An attacker with write access to the database can copy
 * one person's value into another's row and it opens there. So callers seal again at once (openSealed reports
 * `stale`), and once none are left, refuse them with `allowLegacy: false`. See
 * docs/decisions/0004-opening-the-old-format.md.
 */

const TAG_AT = LEGACY_NONCE_BYTES;
const CIPHERTEXT_AT = LEGACY_NONCE_BYTES + TAG_BYTES;
const NO_ADDITIONAL_DATA = new Uint8Array(0);
const MAX_CHARACTERS = Math.ceil((CIPHERTEXT_AT + MAX_PLAINTEXT_BYTES) / 3) * 4;

export interface LegacyParts {
  nonce: Buffer;
  tag: Buffer;
  /** At least one byte. */
  ciphertext: Buffer;
}

/** @throws SealedValueMalformed */
export function parseLegacy(sealed: string): LegacyParts {
  if (sealed.length > MAX_CHARACTERS) throw new SealedValueMalformed("it is too long");
  const bytes = decodeCanonicalBase64(sealed, "base64");
  if (bytes === null) throw new SealedValueMalformed("unknown format");
  if (bytes.length <= CIPHERTEXT_AT) throw new SealedValueMalformed("it is too short");
  return {
    nonce: bytes.subarray(0, TAG_AT),
    tag: bytes.subarray(TAG_AT, CIPHERTEXT_AT),
    ciphertext: bytes.subarray(CIPHERTEXT_AT),
  };
}

/**
 * Tries every key of the ring, current first, because the old format does not name its key.
 *
 * @throws SealedValueMalformed
 * @throws DecryptionFailed if no key opens it
 */
export function openLegacy(sealed: string, ring: KeyRing): { plaintext: Buffer; key: RingKey } {
  const { nonce, tag, ciphertext } = parseLegacy(sealed);
  for (const key of ring.keys) {
    try {
      return { plaintext: openBytes(key.sealing, nonce, NO_ADDITIONAL_DATA, ciphertext, tag), key };
    } catch (error) {
      if (!(error instanceof DecryptionFailed)) throw error;
    }
  }
  throw new DecryptionFailed();
}
