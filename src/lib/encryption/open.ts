import { openBytes } from "./aes-256-gcm";
import { additionalData, type SealContext } from "./context";
import { keyRingFromEnvironment } from "./environment-key-ring";
import { DecryptionFailed, SealedValueMalformed, UnknownKeyError } from "./errors";
import type { KeyRing } from "./key-ring";
import { openLegacy } from "./legacy-format";
import { decodePlaintext } from "./plaintext";
import { claimedFormat, parseSealed } from "./sealed-format";

export interface OpenedValue {
  text: string;
  /** Id of the key that opened the value. */
  keyId: string;
  format: "orc1" | "legacy";
  /** True if the value should be sealed again: in the old format, or not under the ring's current key. */
  stale: boolean;
}

export interface OpenOptions {
  /**
   * Whether values in the old format, which are bound to no row, are opened (default true). Turn off once
   * none are left.
   */
  allowLegacy?: boolean;
}

/**
 * Opens a sealed value; see openSealed for when it should be sealed again.
 *
 * @throws the errors of openSealed
 */
export function decrypt(sealed: string, context: SealContext, ring?: KeyRing): string {
  return openSealed(sealed, context, ring).text;
}

/**
 * Opens a sealed value and reports whether it should be sealed again.
 *
 * @param context the one it was sealed with; the old format has none and ignores it
 * @param ring the environment's by default
 * @throws SealedValueMalformed if the text is in neither format, or in the old one and that is not allowed
 * @throws UnknownKeyError if the ring lacks the key the value names
 * @throws DecryptionFailed if the value was changed, moved, or sealed with another key: it does not say which
 * @throws InvalidSealContext
 * @throws EncryptionConfigError if the environment's ring is used and is invalid
 */
export function openSealed(
  sealed: string,
  context: SealContext,
  ring: KeyRing = keyRingFromEnvironment(),
  { allowLegacy = true }: OpenOptions = {},
): OpenedValue {
  if (typeof sealed !== "string") throw new SealedValueMalformed("it is not a text");
  if (claimedFormat(sealed) !== null || !allowLegacy) return openCurrent(sealed, context, ring);
  const { plaintext, key } = openLegacy(sealed, ring);
  return { text: decoded(plaintext), keyId: key.id, format: "legacy", stale: true };
}

function openCurrent(sealed: string, context: SealContext, ring: KeyRing): OpenedValue {
  const { format, keyId, nonce, ciphertext, tag } = parseSealed(sealed, ring.currentId);
  if (format !== "orc1")
    throw new SealedValueMalformed("sealed with a data key; open it with openWithDataKey");
  const key = ring.lookup(keyId);
  if (key === undefined) throw new UnknownKeyError(keyId);
  const plaintext = openBytes(key.sealing, nonce, additionalData("orc1", keyId, context), ciphertext, tag);
  return { text: decoded(plaintext), keyId, format: "orc1", stale: keyId !== ring.currentId };
}

/**
 * Authentic bytes that are not UTF-8 were sealed by other software under our key: refused, never repaired
 * with U+FFFD.
 */
function decoded(plaintext: Buffer): string {
  const text = decodePlaintext(plaintext);
  if (text === null) throw new DecryptionFailed();
  return text;
}
