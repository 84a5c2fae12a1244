import "server-only";
import { EncryptionConfigError } from "@/lib/encryption";
import { checkKeyStore } from "@/lib/key-stores/check-key-store";
import { logger } from "@/lib/logger";
import { keyEncryptionKeys } from "./key-encryption-keys";

/**
 * Tests the current key-encryption key at startup, if it is in a key store. A store that is down does not
 * stop the start: it may be back in a moment, and messages with the platform's key do not need it. One that
 * answers and refuses, or does not return what it was given, is misconfigured.
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
