import {
  type DataKeyContext,
  DecryptionFailed,
  EncryptionError,
  KEY_BYTES,
  type KeyEncryptionKey,
  KeyStoreUnavailable,
} from "@/lib/encryption";
import { beforeDeadline, DeadlinePassed } from "./before-deadline";

/** Limit of the interface; the stores add between 28 and a few hundred bytes to the 32 of a data key. */
const MAX_WRAPPED_BYTES = 4096;

/** How long a key store may take for one answer, in milliseconds, including its own retry. */
export const STORE_TIMEOUT_MS = 5000;

export interface KeyStore {
  id: string;
  /** Name of the key store, shown to people. */
  name: string;
  timeoutMs: number;

  encrypt(dataKey: Uint8Array, context: DataKeyContext, signal: AbortSignal): Promise<Uint8Array>;
  decrypt(wrapped: Uint8Array, context: DataKeyContext, signal: AbortSignal): Promise<Uint8Array>;

  /**
   * Maps what `encrypt` or `decrypt` threw to a typed error. It must not quote the error or keep it as the
   * cause: errors of the SDKs carry the request with its credentials.
   */
  failure(error: unknown, operation: "encrypt" | "decrypt"): EncryptionError;
}

/** Common to all key stores: sizes are checked, answers have a deadline, and only typed errors get out. */
export function keyInStore(store: KeyStore): KeyEncryptionKey {
  async function ask<T>(
    operation: "encrypt" | "decrypt",
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    try {
      return await beforeDeadline(store.timeoutMs, work);
    } catch (error) {
      if (error instanceof EncryptionError) throw error;
      if (error instanceof DeadlinePassed) {
        throw new KeyStoreUnavailable(store.id, `no answer within ${store.timeoutMs / 1000} seconds`);
      }
      throw store.failure(error, operation);
    }
  }

  return {
    id: store.id,
    store: store.name,

    async wrap(dataKey, context) {
      if (dataKey.length !== KEY_BYTES) throw new RangeError(`A data key has ${KEY_BYTES} bytes.`);
      const wrapped = await ask("encrypt", (signal) => store.encrypt(dataKey, context, signal));
      if (wrapped.length === 0 || wrapped.length > MAX_WRAPPED_BYTES) throw notUnderstood(store.id);
      return wrapped;
    },

    async unwrap(wrapped, context) {
      if (wrapped.length === 0 || wrapped.length > MAX_WRAPPED_BYTES) throw new DecryptionFailed();
      const dataKey = await ask("decrypt", (signal) => store.decrypt(wrapped, context, signal));
      if (dataKey.length === KEY_BYTES) return dataKey;
      dataKey.fill(0);
      throw new DecryptionFailed(); // Authentic, but not a data key: something else was encrypted with our key.
    },
  };
}

/** The store's answer is invalid: a proxy's page, or bytes damaged in transit. */
export function notUnderstood(keyId: string): KeyStoreUnavailable {
  return new KeyStoreUnavailable(keyId, "its answer is not understood");
}
