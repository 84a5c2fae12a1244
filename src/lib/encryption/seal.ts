import { sealBytes } from "./aes-256-gcm";
import { additionalData, type SealContext } from "./context";
import { keyRingFromEnvironment } from "./environment-key-ring";
import type { KeyRing } from "./key-ring";
import { nextNonce } from "./nonce";
import { assertPlaintext } from "./plaintext";
import { formatSealed } from "./sealed-format";

/**
 * Seals a secret for storage under the current key of the ring. Sealing the same text twice gives different
 * values.
 *
 * @param text 1 to 65,536 bytes of well-formed Unicode
 * @param context where the value will be stored; needed again, unchanged, to open it
 * @param ring the environment's by default
 * @returns `orc1.<keyId>.<nonce>.<ciphertext+tag>`: ASCII, about 4/3 of the text plus 50 characters
 * @throws InvalidPlaintext
 * @throws InvalidSealContext
 * @throws EncryptionConfigError if the environment's ring is used and cannot be
 */
export function encrypt(
  text: string,
  context: SealContext,
  ring: KeyRing = keyRingFromEnvironment(),
): string {
  assertPlaintext(text);
  const { id, sealing } = ring.current;
  const nonce = nextNonce();
  return formatSealed(
    "orc1",
    id,
    nonce,
    sealBytes(sealing, nonce, additionalData("orc1", id, context), text),
  );
}
