import "server-only";
import { EncryptionError, isDataKeyId, UnknownKeyError } from "@/lib/encryption";

/**
 * `unreadable`: no server can open the value. `skipped`: not openable here, for lack of a key another server
 * may have.
 */
export type Verdict = "unreadable" | "skipped";

/**
 * Classifies a failure of the cipher, with no key store involved.
 *
 * @throws the failure itself if it is a bug of ours
 */
export function verdictOfCipher(error: unknown): Verdict {
  if (!(error instanceof EncryptionError)) throw error;
  // A data key that is not stored is gone; a key-encryption key that is not configured is only missing here.
  return error instanceof UnknownKeyError && !isDataKeyId(error.keyId) ? "skipped" : "unreadable";
}
