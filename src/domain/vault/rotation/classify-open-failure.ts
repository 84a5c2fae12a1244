import "server-only";
import {
  EncryptionError,
  isDataKeyId,
  KeyStoreRefused,
  KeyStoreUnavailable,
  UnknownKeyError,
} from "@/lib/encryption";
import { keyEncryptionKeys } from "../data-keys/key-encryption-keys";

/** `unreadable`: the value cannot be opened by anybody. `skipped`: not here, for want of a key another server may have. */
export type Verdict = "unreadable" | "skipped";

/**
 * What a failure to open something says about it. A walk marks values for everybody, so it has to be surer than a single
 * request: a server that was started without a key must not call everything unreadable that the others open.
 *
 * @throws the failure itself if it says nothing about any value: a key store that is down, or refuses its current key; a
 *   mistake of ours
 */
export function verdictOf(error: unknown): Verdict {
  if (!(error instanceof EncryptionError) || error instanceof KeyStoreUnavailable) throw error;
  if (error instanceof KeyStoreRefused) {
    // The key everything is moved to: without it there is nothing to do. Any other may be gone for good.
    if (error.keyId === keyEncryptionKeys().current.id) throw error;
    return "skipped";
  }
  // A data key that is not stored is gone; a key-encryption key that is not configured is only not here.
  if (error instanceof UnknownKeyError && !isDataKeyId(error.keyId)) return "skipped";
  return "unreadable";
}
