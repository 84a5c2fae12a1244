import {
  type DataKeyContext,
  DecryptionFailed,
  EncryptionError,
  KEY_BYTES,
  type KeyEncryptionKey,
  KeyStoreUnavailable,
} from "@/lib/encryption";
import { beforeDeadline, DeadlinePassed } from "./before-deadline";

/** Limit of the interface; the stores add 28 bytes to some hundred to the 32 of a data key. */
const MAX_WRAPPED_BYTES = 4096;

/** How long a key store may take for one answer, in milliseconds, its own second attempt included. */
export const STORE_TIMEOUT_MS = 5000;

export interface KeyStore {
  id: string;
  /** What keeps the key, for people. */
  name: string;
  timeoutMs: number;

  encrypt(dataKey: Uint8Array, context: DataKeyContext, signal: AbortSignal): Promise<Uint8Array>;
  decrypt(wrapped: Uint8Array, context: DataKeyContext, signal: AbortSignal): Promise<Uint8Array>;

  /**
   * The typed error for what `encrypt` or `decrypt` threw. It must not quote it and must not keep it as the cause: errors
   * of the SDKs carry the request with its credentials.
   */
  failure(error: unknown, operation: "encrypt" | "decrypt"): EncryptionError;
}

/** What all key stores have in common: sizes are checked, answers come in time, and only typed errors get out. */
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

/** The store answered something that is no answer: a proxy's page, or bytes damaged on the way. */
export function notUnderstood(keyId: string): KeyStoreUnavailable {
  return new KeyStoreUnavailable(keyId, "its answer is not understood");
}
