import { randomBytes } from "node:crypto";
import {
  type DataKeyContext,
  DecryptionFailed,
  EncryptionError,
  type EncryptionErrorCode,
  type KeyEncryptionKey,
} from "@/lib/encryption";

/** Why a key-encryption key cannot be used. */
export interface KeyStoreProblem {
  keyId: string;
  /** Name of the key store, shown to people. */
  store: string;
  code: EncryptionErrorCode | "round_trip_differs" | "context_not_checked";
  /** For the operator; holds no secret. */
  sentence: string;
}

const CONTEXT: DataKeyContext = {
  dataKeyId: "checkcheckcheckcheckcheckcheckch",
  ownerKind: "system",
  ownerId: "check-key-store",
};

/**
 * Tests a key-encryption key with a random data key that is thrown away: it must round-trip, and must not
 * unwrap for another owner. A store that returned other bytes, or ignored the context, would lose or mix up
 * data keys without an error.
 *
 * @returns null if all is well
 */
export async function checkKeyStore(key: KeyEncryptionKey): Promise<KeyStoreProblem | null> {
  const problem = (code: KeyStoreProblem["code"], sentence: string) => ({
    keyId: key.id,
    store: key.store,
    code,
    sentence,
  });
  try {
    const dataKey = randomBytes(32);
    const wrapped = await key.wrap(dataKey, CONTEXT);
    if (!dataKey.equals(await key.unwrap(wrapped, CONTEXT))) {
      return problem(
        "round_trip_differs",
        `Key "${key.id}" (${key.store}) does not give back what it wrapped; do not use it.`,
      );
    }
    if (await opensElsewhere(key, wrapped)) {
      return problem(
        "context_not_checked",
        `Key "${key.id}" (${key.store}) does not authenticate the context; use a key type with additional authenticated data.`,
      );
    }
    return null;
  } catch (error) {
    if (error instanceof EncryptionError) return problem(error.code, error.message);
    throw error;
  }
}

async function opensElsewhere(key: KeyEncryptionKey, wrapped: Uint8Array): Promise<boolean> {
  try {
    await key.unwrap(wrapped, { ...CONTEXT, ownerId: "another" });
    return true;
  } catch (error) {
    if (error instanceof DecryptionFailed) return false;
    throw error;
  }
}
