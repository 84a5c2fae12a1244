import { createCipheriv, createDecipheriv, type KeyObject } from "node:crypto";
import { DecryptionFailed } from "./errors";

/**
 * NIST SP 800-38D, 8.2: 96 bits, the only length GCM uses directly. Other lengths are hashed and lose margin.
 */
export const NONCE_BYTES = 12;
/**
 * The full tag. Without this setting Node accepts tags from 4 bytes on (DEP0182), forgeable in 2^32 tries.
 */
export const TAG_BYTES = 16;
/** Only the plan's old format has this length; see legacy-format.ts. Nothing is ever sealed with it. */
export const LEGACY_NONCE_BYTES = 16;

const CIPHER = "aes-256-gcm";
const OPTIONS = { authTagLength: TAG_BYTES };

/**
 * AES-256-GCM over bytes. The caller is responsible for the nonce: reusing one under the same key reveals the
 * key stream and makes forgery possible.
 *
 * @param nonce 12 bytes, never used before with this key
 * @returns ciphertext followed by the 16-byte tag
 * @throws RangeError if the nonce has another length
 */
export function sealBytes(
  key: KeyObject,
  nonce: Uint8Array,
  additionalData: Uint8Array,
  plaintext: string | Uint8Array,
): Buffer {
  if (nonce.length !== NONCE_BYTES) throw new RangeError(`The nonce must have ${NONCE_BYTES} bytes.`);
  const cipher = createCipheriv(CIPHER, key, nonce, OPTIONS).setAAD(additionalData);
  // The string is passed directly: Buffer.from(text) would leave a copy of the secret in Node's shared buffer
  // pool.
  const ciphertext =
    typeof plaintext === "string" ? cipher.update(plaintext, "utf8") : cipher.update(plaintext);
  cipher.final(); // GCM is a stream mode: no bytes are left, but only now is there a tag.
  const sealed = Buffer.allocUnsafe(ciphertext.length + TAG_BYTES);
  sealed.set(ciphertext, 0);
  sealed.set(cipher.getAuthTag(), ciphertext.length);
  return sealed;
}

/**
 * @param nonce 12 bytes, or the 16 of the old format
 * @param tag 16 bytes
 * @returns the plaintext, only after the tag was verified
 * @throws DecryptionFailed if the tag does not fit key, nonce, additional data and ciphertext
 * @throws RangeError if nonce or tag have another length (the formats check it before)
 */
export function openBytes(
  key: KeyObject,
  nonce: Uint8Array,
  additionalData: Uint8Array,
  ciphertext: Uint8Array,
  tag: Uint8Array,
): Buffer {
  if (nonce.length !== NONCE_BYTES && nonce.length !== LEGACY_NONCE_BYTES) {
    throw new RangeError(`The nonce must have ${NONCE_BYTES} or ${LEGACY_NONCE_BYTES} bytes.`);
  }
  if (tag.length !== TAG_BYTES) throw new RangeError(`The tag must have ${TAG_BYTES} bytes.`);
  const decipher = createDecipheriv(CIPHER, key, nonce, OPTIONS).setAAD(additionalData).setAuthTag(tag);
  const plaintext = decipher.update(ciphertext);
  try {
    decipher.final(); // Verifies the tag. Until it returns, `plaintext` is an attacker's choice and must not get out.
  } catch {
    throw new DecryptionFailed();
  }
  return plaintext;
}
