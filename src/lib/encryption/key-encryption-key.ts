import { assertContextField } from "./context";
import { lengthPrefixed } from "./length-prefixed";

/**
 * Name and version of the wrapped form: first part of its text and first field of its additional
 * authenticated data.
 */
export const WRAPPED_FORMAT = "orcw1";

/**
 * Where a data key belongs. Authenticated when it is wrapped, so that a wrapped key copied into another
 * owner's row cannot be unwrapped.
 */
export interface DataKeyContext {
  /** Id of the data key; see data-key.ts. */
  dataKeyId: string;
  /** "user", "project", "system" ...: 1 to 1,024 bytes. */
  ownerKind: string;
  /** An id that never changes: 1 to 1,024 bytes. */
  ownerId: string;
}

/**
 * A key that wraps data keys and seals nothing else: one in the environment, in a cloud's KMS, in Vault or in
 * an HSM. Implementations hold no state that a restart would lose, and may be called concurrently.
 */
export interface KeyEncryptionKey {
  /** 1 to 32 of a-z, 0-9, "_" and "-". Part of each wrapped key, so it is never reused for another key. */
  readonly id: string;
  /**
   * Name of the key store, shown to people: "environment", "AWS KMS", "Google Cloud KMS", "Vault transit",
   * "PKCS#11".
   */
  readonly store: string;

  /**
   * @param dataKey 32 bytes; not kept
   * @returns what `unwrap` needs; at most 4,096 bytes
   * @throws KeyStoreUnavailable
   * @throws KeyStoreRefused
   */
  wrap(dataKey: Uint8Array, context: DataKeyContext): Promise<Uint8Array>;

  /**
   * @returns the 32 bytes of the data key; the caller zeroes them
   * @throws DecryptionFailed if it was changed, or wrapped with another key or context
   * @throws KeyStoreUnavailable
   * @throws KeyStoreRefused
   */
  unwrap(wrapped: Uint8Array, context: DataKeyContext): Promise<Uint8Array>;
}

/**
 * The context as bytes, for stores that take additional authenticated data: (format, key id, data key id,
 * owner kind, owner id).
 */
export function wrapAdditionalData(keyId: string, context: DataKeyContext): Buffer {
  assertContext(context);
  return lengthPrefixed([WRAPPED_FORMAT, keyId, context.dataKeyId, context.ownerKind, context.ownerId]);
}

/** The context as string pairs, for stores that take an encryption context (AWS KMS). */
export function wrapEncryptionContext(keyId: string, context: DataKeyContext): Record<string, string> {
  assertContext(context);
  return {
    "orchestral:format": WRAPPED_FORMAT,
    "orchestral:key-encryption-key": keyId,
    "orchestral:data-key": context.dataKeyId,
    "orchestral:owner-kind": context.ownerKind,
    "orchestral:owner-id": context.ownerId,
  };
}

/** @throws InvalidSealContext: with an ambiguous field, two owners could share a wrapped key */
function assertContext({ dataKeyId, ownerKind, ownerId }: DataKeyContext): void {
  assertContextField("data key id", dataKeyId);
  assertContextField("owner kind", ownerKind);
  assertContextField("owner id", ownerId);
}
