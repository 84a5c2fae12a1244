import { NONCE_BYTES, openBytes, sealBytes, TAG_BYTES } from "./aes-256-gcm";
import { DecryptionFailed } from "./errors";
import { type KeyEncryptionKey, wrapAdditionalData } from "./key-encryption-key";
import { KEY_BYTES, type RingKey } from "./key-ring";
import { nextNonce } from "./nonce";

const TAG_AT = NONCE_BYTES + KEY_BYTES;
const WRAPPED_BYTES = TAG_AT + TAG_BYTES;

/**
 * A key of the environment's ring as a key-encryption key: AES-256-GCM under a subkey derived from it, so
 * that data keys and values sealed directly with the ring key (format orc1) never share a key. It returns
 * nonce | ciphertext | tag, 60 bytes.
 *
 * Wrapping throws a RangeError for a data key that is not 32 bytes long: a bug in the caller.
 */
export function environmentKeyEncryptionKey({ id, wrapping }: RingKey): KeyEncryptionKey {
  return {
    id,
    store: "environment",

    async wrap(dataKey, context) {
      if (dataKey.length !== KEY_BYTES) throw new RangeError(`A data key has ${KEY_BYTES} bytes.`);
      const nonce = nextNonce();
      return Buffer.concat([nonce, sealBytes(wrapping, nonce, wrapAdditionalData(id, context), dataKey)]);
    },

    async unwrap(wrapped, context) {
      if (wrapped.length !== WRAPPED_BYTES) throw new DecryptionFailed();
      const nonce = wrapped.subarray(0, NONCE_BYTES);
      const ciphertext = wrapped.subarray(NONCE_BYTES, TAG_AT);
      return openBytes(
        wrapping,
        nonce,
        wrapAdditionalData(id, context),
        ciphertext,
        wrapped.subarray(TAG_AT),
      );
    },
  };
}
