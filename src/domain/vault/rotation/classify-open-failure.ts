import "server-only";
import { EncryptionError, KeyStoreRefused, KeyStoreUnavailable } from "@/lib/encryption";
import { keyEncryptionKeys } from "../data-keys/key-encryption-keys";
import { type Verdict, verdictOfCipher } from "./verdict-of-cipher";

/**
 * What a failure to unwrap a data key says about it. A walk marks values for everybody, so it has to be surer than a single
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
  return verdictOfCipher(error);
}
