import { openBytes, sealBytes } from "./aes-256-gcm";
import { additionalData, type SealContext } from "./context";
import type { SealingKey } from "./data-key";
import { DecryptionFailed, SealedValueMalformed, UnknownKeyError } from "./errors";
import { nextNonce } from "./nonce";
import { assertPlaintext, decodePlaintext } from "./plaintext";
import { formatSealed, parseSealed } from "./sealed-format";

/**
 * Seals a secret for storage with a data key. Sealing the same text twice gives different values.
 *
 * @param text 1 to 65,536 bytes of well-formed Unicode
 * @param context where the value will be stored; needed again, unchanged, to open it
 * @returns `orc2.<data key id>.<nonce>.<ciphertext+tag>`: ASCII, about 4/3 of the text plus 77 characters
 * @throws InvalidPlaintext
 * @throws InvalidSealContext
 */
export function sealWithDataKey(text: string, context: SealContext, dataKey: SealingKey): string {
  assertPlaintext(text);
  const nonce = nextNonce();
  const body = sealBytes(dataKey.sealing, nonce, additionalData("orc2", dataKey.id, context), text);
  return formatSealed("orc2", dataKey.id, nonce, body);
}

/**
 * Opens what sealWithDataKey sealed.
 *
 * @param dataKey the key the value names; find its id with describeSealed
 * @throws SealedValueMalformed
 * @throws UnknownKeyError if the value names another key
 * @throws DecryptionFailed if the value was changed or moved: it does not say which
 * @throws InvalidSealContext
 */
export function openWithDataKey(sealed: string, context: SealContext, dataKey: SealingKey): string {
  if (typeof sealed !== "string") throw new SealedValueMalformed("it is not a text");
  const { format, keyId, nonce, ciphertext, tag } = parseSealed(sealed, dataKey.id);
  if (format !== "orc2") throw new SealedValueMalformed("not sealed with a data key");
  if (keyId !== dataKey.id) throw new UnknownKeyError(keyId);
  const plaintext = openBytes(
    dataKey.sealing,
    nonce,
    additionalData("orc2", keyId, context),
    ciphertext,
    tag,
  );
  const text = decodePlaintext(plaintext);
  if (text === null) throw new DecryptionFailed();
  return text;
}
