import "server-only";
import { EncryptionError, KeyStoreRefused, KeyStoreUnavailable } from "@/lib/encryption";
import { keyEncryptionKeys } from "../data-keys/key-encryption-keys";
import { type Verdict, verdictOfCipher } from "./verdict-of-cipher";

/**
 * Classifies a failure to unwrap a data key. A walk marks values for all servers, so it needs more certainty
 * than a single request: a server started without a key must not mark everything as unreadable that the
 * others can open.
 *
 * @throws the failure itself if it says nothing about any value: a key store that is down, or refuses its
 *   current key; a bug of ours
 */
export function verdictOf(error: unknown): Verdict {
  if (!(error instanceof EncryptionError) || error instanceof KeyStoreUnavailable) throw error;
  if (error instanceof KeyStoreRefused) {
    // The key everything moves to: without it there is nothing to do. Any other may be gone for good.
    if (error.keyId === keyEncryptionKeys().current.id) throw error;
    return "skipped";
  }
  return verdictOfCipher(error);
}
