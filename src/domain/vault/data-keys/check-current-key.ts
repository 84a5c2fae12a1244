import "server-only";
import { EncryptionConfigError } from "@/lib/encryption";
import { checkKeyStore } from "@/lib/key-stores/check-key-store";
import { logger } from "@/lib/logger";
import { keyEncryptionKeys } from "./key-encryption-keys";

/**
 * Tries the current key-encryption key at the start, if it lives in a key store. A store that is down stops nothing: it may be back
 * in a moment, and messages with the platform's key need none. One that answers and refuses, or does not keep what it is
 * given, is a wrong configuration.
 *
 * @throws EncryptionConfigError
 */
export async function checkCurrentKey(): Promise<void> {
  const { current } = keyEncryptionKeys();
  if (current.store === "environment") return;
  const problem = await checkKeyStore(current);
  if (!problem) return;
  if (problem.code !== "key_store_unavailable") throw new EncryptionConfigError(problem.sentence);
  logger.warn({ key: problem.keyId, store: problem.store }, problem.sentence);
}
