/** Stable codes: callers and logs may rely on them, so a code never changes its meaning. */
export type EncryptionErrorCode =
  | "encryption_config_invalid"
  | "sealed_value_malformed"
  | "decryption_failed"
  | "encryption_key_unknown"
  | "plaintext_invalid"
  | "seal_context_invalid"
  | "data_key_destroyed"
  | "key_store_unavailable"
  | "key_store_refused"
  | "field_path_invalid"
  | "field_already_sealed"
  | "field_not_sealed"
  | "document_invalid";

/**
 * Base class of every error this library throws on purpose. No message ever holds a plaintext, a key or a
 * sealed value.
 */
export abstract class EncryptionError extends Error {
  abstract readonly code: EncryptionErrorCode;
}

/**
 * The key ring in the environment cannot be used. The message names the variable and the position, never the
 * value.
 */
export class EncryptionConfigError extends EncryptionError {
  override readonly name = "EncryptionConfigError";
  readonly code = "encryption_config_invalid";
}

/** The stored text is not a sealed value: detected from its form alone, before any key was used. */
export class SealedValueMalformed extends EncryptionError {
  override readonly name = "SealedValueMalformed";
  readonly code = "sealed_value_malformed";

  /** @param reason which rule of the form is broken; a constant of this library, never a part of the value */
  constructor(reason: string) {
    super(`The stored value is not a sealed value (${reason}); save the secret again.`);
  }
}

/**
 * Authentication failed. One error without a reason: distinguishing a wrong tag from a wrong context or key
 * would give an attacker with write access to the database an oracle, so there is no argument for a reason,
 * and no cause.
 */
export class DecryptionFailed extends EncryptionError {
  override readonly name = "DecryptionFailed";
  readonly code = "decryption_failed";

  constructor() {
    super("The stored value could not be decrypted; save the secret again.");
  }
}

/** The value names a key that is not in the ring: retired too early, or from another deployment. */
export class UnknownKeyError extends EncryptionError {
  override readonly name = "UnknownKeyError";
  readonly code = "encryption_key_unknown";
  readonly keyId: string;

  constructor(keyId: string) {
    super(
      `The stored value was sealed with key "${keyId}", which is not in the key ring; put that key back.`,
    );
    this.keyId = keyId;
  }
}

/** The text to seal is empty, too long or not well-formed Unicode. */
export class InvalidPlaintext extends EncryptionError {
  override readonly name = "InvalidPlaintext";
  readonly code = "plaintext_invalid";
}

/**
 * A field of the seal context (or a fingerprint's domain) is empty, too long or not well-formed Unicode: a
 * bug in the caller.
 */
export class InvalidSealContext extends EncryptionError {
  override readonly name = "InvalidSealContext";
  readonly code = "seal_context_invalid";
}

/** The data key was destroyed with its owner: what it sealed can never be opened again, on purpose. */
export class DataKeyDestroyed extends EncryptionError {
  override readonly name = "DataKeyDestroyed";
  readonly code = "data_key_destroyed";

  constructor() {
    super("The data key of this value was destroyed; the value cannot be opened any more.");
  }
}

/**
 * The key-encryption key could not be reached: no connection, no answer in time, throttled, a server error.
 * It says nothing about the value, which is unchanged; the same call may succeed a moment later.
 *
 * @see KeyStoreRefused for an answer that stays the same until an operator acts
 */
export class KeyStoreUnavailable extends EncryptionError {
  override readonly name = "KeyStoreUnavailable";
  readonly code = "key_store_unavailable";
  readonly keyId: string;

  /** @param reason for the operator: what happened, without any key material, ciphertext or credential */
  constructor(keyId: string, reason: string, options?: { cause?: unknown }) {
    super(`The key store of key "${keyId}" cannot be reached (${reason}); try again in a moment.`, options);
    this.keyId = keyId;
  }
}

/**
 * The key store answered and refused: key disabled or gone, no permission, wrong credentials. An operator has
 * to act.
 */
export class KeyStoreRefused extends EncryptionError {
  override readonly name = "KeyStoreRefused";
  readonly code = "key_store_refused";
  readonly keyId: string;

  /** @param reason for the operator, as for KeyStoreUnavailable */
  constructor(keyId: string, reason: string, options?: { cause?: unknown }) {
    super(
      `The key store of key "${keyId}" refuses it (${reason}); enable the key or grant the access.`,
      options,
    );
    this.keyId = keyId;
  }
}
