import "server-only";
import { EncryptionError, isDataKeyId, UnknownKeyError } from "@/lib/encryption";

/** `unreadable`: the value cannot be opened by anybody. `skipped`: not here, for want of a key another server may have. */
export type Verdict = "unreadable" | "skipped";

/**
 * What a failure of the cipher, with no key store in it, says about what was to be opened.
 *
 * @throws the failure itself if it is a mistake of ours
 */
export function verdictOfCipher(error: unknown): Verdict {
  if (!(error instanceof EncryptionError)) throw error;
  // A data key that is not stored is gone; a key-encryption key that is not configured is only not here.
  return error instanceof UnknownKeyError && !isDataKeyId(error.keyId) ? "skipped" : "unreadable";
}
