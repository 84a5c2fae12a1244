/**
 * Seals short secrets for storage. This file is the only entry point: nothing outside imports from
 * `encryption/`. It depends only on node:crypto, so the folder can be copied into another application
 * unchanged.
 *
 * @example
 * const context = { table: "user_ai_api_keys", column: "api_key", owner: userId, purpose: "anthropic" };
 * const sealed = encrypt(apiKey, context); // store this
 * const apiKey = decrypt(sealed, context); // opens only with the very same context
 */
export type { SealContext } from "./encryption/context";
export { DataKey, isDataKeyId, type SealingKey } from "./encryption/data-key";
export { DataKeyCache, type DataKeyCacheOptions } from "./encryption/data-key-cache";
export { openWithDataKey, sealWithDataKey } from "./encryption/data-key-seal";
export { describeSealed, isSealed, type SealedDescription } from "./encryption/describe-sealed";
export { environmentKeyEncryptionKey } from "./encryption/environment-key";
export { keyRingFromEnvironment } from "./encryption/environment-key-ring";
export {
  DataKeyDestroyed,
  DecryptionFailed,
  EncryptionConfigError,
  EncryptionError,
  type EncryptionErrorCode,
  InvalidPlaintext,
  InvalidSealContext,
  KeyStoreRefused,
  KeyStoreUnavailable,
  SealedValueMalformed,
  UnknownKeyError,
} from "./encryption/errors";
export { dataKeyFingerprint, fingerprintMatches, keyFingerprint } from "./encryption/fingerprint";
export { generateEncryptionKey } from "./encryption/generate-key";
export {
  type DataKeyContext,
  type KeyEncryptionKey,
  wrapAdditionalData,
  wrapEncryptionContext,
} from "./encryption/key-encryption-key";
export { isKeyId, KEY_BYTES, KeyRing, type RingKey } from "./encryption/key-ring";
export { decrypt, type OpenedValue, type OpenOptions, openSealed } from "./encryption/open";
export { type KeyRingVariables, parseKeyRing } from "./encryption/parse-key-ring";
export { MAX_PLAINTEXT_BYTES } from "./encryption/plaintext";
export { encrypt } from "./encryption/seal";
export { type FieldCipher, openFields, sealFields } from "./encryption/seal-fields";
export type { JsonObject, JsonValue } from "./encryption/seal-fields-document";
export {
  FieldAlreadySealed,
  FieldNotSealed,
  FieldPathInvalid,
  InvalidDocument,
} from "./encryption/seal-fields-errors";
export {
  createDataKey,
  type DataKeyOwner,
  describeWrapped,
  KeyEncryptionKeys,
  rewrapDataKey,
  unwrapDataKey,
} from "./encryption/wrapped-data-key";
