import { randomBytes, timingSafeEqual } from "node:crypto";
import {
  DecryptionFailed,
  KEY_BYTES,
  type KeyEncryptionKey,
  KeyStoreRefused,
  KeyStoreUnavailable,
  wrapAdditionalData,
} from "@/lib/encryption";
import { keyInStore, STORE_TIMEOUT_MS } from "./key-in-store";
import {
  closeToken,
  forgetDriver,
  type OpenToken,
  openToken,
  type Pkcs11,
  type Pkcs11Place,
  returnCode,
} from "./pkcs11-token";

/** NIST SP 800-38D, 8.2.2: a random nonce of 96 bits, the length every token takes. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;

/** The session, its login or the handle of the key is gone; a new session may well work. */
const SESSION_LOST: ReadonlySet<string> = new Set([
  "CKR_SESSION_HANDLE_INVALID",
  "CKR_SESSION_CLOSED",
  "CKR_DEVICE_ERROR",
  "CKR_DEVICE_REMOVED",
  "CKR_TOKEN_NOT_PRESENT",
  "CKR_USER_NOT_LOGGED_IN",
  "CKR_KEY_HANDLE_INVALID",
  "CKR_OBJECT_HANDLE_INVALID",
  "CKR_OPERATION_ACTIVE",
  "CKR_CRYPTOKI_NOT_INITIALIZED",
]);
const NOT_AUTHENTIC: ReadonlySet<string> = new Set([
  "CKR_ENCRYPTED_DATA_INVALID",
  "CKR_ENCRYPTED_DATA_LEN_RANGE",
]);
/**
 * Drivers use these for a wrong tag and for internal errors: SoftHSM the first. pkcs11js maps codes it does
 * not know to the last one, including CKR_AEAD_DECRYPT_FAILED of PKCS#11 v3.0.
 */
const AMBIGUOUS: ReadonlySet<string> = new Set([
  "CKR_GENERAL_ERROR",
  "CKR_FUNCTION_FAILED",
  "CKR_VENDOR_DEFINED",
]);
const REFUSALS: ReadonlyMap<string, string> = new Map([
  ["CKR_PIN_INCORRECT", "PKCS11_PIN is wrong; it is not tried again before a restart, since tokens lock"],
  ["CKR_PIN_INVALID", "PKCS11_PIN is wrong; it is not tried again before a restart, since tokens lock"],
  ["CKR_PIN_LEN_RANGE", "PKCS11_PIN is wrong; it is not tried again before a restart, since tokens lock"],
  ["CKR_PIN_LOCKED", "the token's PIN is locked"],
  ["CKR_PIN_EXPIRED", "the token's PIN has expired"],
  ["CKR_USER_PIN_NOT_INITIALIZED", "the token has no user PIN yet"],
  ["CKR_KEY_FUNCTION_NOT_PERMITTED", "the key may not encrypt and decrypt"],
  ["CKR_KEY_TYPE_INCONSISTENT", "the key may not be used with AES-GCM"],
  ["CKR_MECHANISM_INVALID", "the token knows no AES-GCM"],
  ["CKR_MECHANISM_PARAM_INVALID", "the token refuses AES-GCM with a nonce of ours"],
]);

/**
 * An AES-256 key in a hardware security module, or in anything else with a PKCS#11 driver. The key never
 * leaves its token; data keys are encrypted there with AES-GCM. What `wrap` returns is nonce | ciphertext |
 * tag, 60 bytes.
 *
 * The driver is a shared library loaded into this process, and its calls are served one after the other.
 */
export function pkcs11Key({
  timeoutMs = STORE_TIMEOUT_MS,
  ...place
}: Pkcs11Place & { timeoutMs?: number }): KeyEncryptionKey {
  const { id } = place;
  let open: OpenToken | undefined;
  /**
   * A token locks permanently after a few wrong PINs, so a wrong one is tried only once in the life of the
   * process.
   */
  let pinRefusal: KeyStoreRefused | undefined;
  let lastInTurn: Promise<unknown> = Promise.resolve();

  /** A session holds one operation at a time. */
  function inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const turn = lastInTurn.then(() => {
      signal.throwIfAborted(); // The caller no longer waits for the answer.
      return work();
    });
    lastInTurn = turn.catch(() => undefined);
    return turn;
  }

  function opened(pkcs11: Pkcs11): OpenToken {
    if (pinRefusal !== undefined) throw pinRefusal;
    try {
      open ??= openToken(pkcs11, place);
      return open;
    } catch (error) {
      const code = returnCode(error);
      if (code?.startsWith("CKR_PIN_")) {
        pinRefusal = new KeyStoreRefused(id, REFUSALS.get(code) ?? code);
        throw pinRefusal;
      }
      throw error;
    }
  }

  async function withToken<T>(work: (pkcs11: Pkcs11, token: OpenToken) => Promise<T>): Promise<T> {
    const pkcs11 = await loadPkcs11(id);
    try {
      return await work(pkcs11, opened(pkcs11));
    } catch (error) {
      const code = returnCode(error);
      if (code === null || !SESSION_LOST.has(code)) throw error;
      if (open !== undefined) closeToken(open);
      open = undefined;
      if (code === "CKR_CRYPTOKI_NOT_INITIALIZED") forgetDriver(place.modulePath);
      return work(pkcs11, opened(pkcs11));
    }
  }

  return keyInStore({
    id,
    name: "PKCS#11",
    timeoutMs,

    encrypt: (dataKey, context, signal) =>
      inTurn(signal, () =>
        withToken((pkcs11, token) => encryptIn(pkcs11, token, dataKey, wrapAdditionalData(id, context))),
      ),

    decrypt: (wrapped, context, signal) =>
      inTurn(signal, () =>
        withToken(async (pkcs11, token) => {
          if (wrapped.length !== WRAPPED_BYTES) throw new DecryptionFailed();
          try {
            return await decryptIn(pkcs11, token, wrapped, wrapAdditionalData(id, context));
          } catch (error) {
            const code = returnCode(error);
            if (code === null || !AMBIGUOUS.has(code)) throw error;
            throw (await stillWorks(pkcs11, token)) ? new DecryptionFailed() : error;
          }
        }),
      ),

    failure(error) {
      const code = returnCode(error);
      if (code !== null && NOT_AUTHENTIC.has(code)) return new DecryptionFailed();
      const refusal = code === null ? undefined : REFUSALS.get(code);
      if (refusal !== undefined) return new KeyStoreRefused(id, refusal);
      return new KeyStoreUnavailable(id, code ?? "the driver failed");
    },
  });
}

async function loadPkcs11(id: string): Promise<Pkcs11> {
  try {
    return (await import("pkcs11js")).default;
  } catch {
    throw new KeyStoreRefused(
      id,
      "the optional package pkcs11js is not installed; run npm install again on a machine with Python and a C++ compiler",
    );
  }
}

function gcm(pkcs11: Pkcs11, nonce: Buffer, aad: Buffer) {
  const parameter = {
    type: pkcs11.CK_PARAMS_AES_GCM_v240,
    iv: nonce,
    ivBits: NONCE_BYTES * 8,
    aad,
    tagBits: TAG_BYTES * 8,
  };
  return { mechanism: pkcs11.CKM_AES_GCM, parameter };
}

async function encryptIn(
  pkcs11: Pkcs11,
  { module, session, key }: OpenToken,
  plaintext: Uint8Array,
  aad: Buffer,
): Promise<Buffer> {
  const nonce = randomBytes(NONCE_BYTES);
  const input = Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.length);
  module.C_EncryptInit(session, gcm(pkcs11, nonce, aad), key);
  // In a separate thread: a token on the network can be slow.
  const ciphertext = await module.C_EncryptAsync(session, input, Buffer.alloc(KEY_BYTES + TAG_BYTES));
  return Buffer.concat([nonce, ciphertext]);
}

async function decryptIn(
  pkcs11: Pkcs11,
  { module, session, key }: OpenToken,
  wrapped: Uint8Array,
  aad: Buffer,
): Promise<Buffer> {
  const bytes = Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.length);
  module.C_DecryptInit(session, gcm(pkcs11, bytes.subarray(0, NONCE_BYTES), aad), key);
  // Includes room for the tag: some drivers request a buffer as large as the input.
  return module.C_DecryptAsync(session, bytes.subarray(NONCE_BYTES), Buffer.alloc(KEY_BYTES + TAG_BYTES));
}

/** Whether the token decrypts what it encrypts. If so, the ciphertext caused the ambiguous failure. */
async function stillWorks(pkcs11: Pkcs11, token: OpenToken): Promise<boolean> {
  const probe = randomBytes(KEY_BYTES);
  const aad = Buffer.from("orchestral probe");
  try {
    const opened = await decryptIn(pkcs11, token, await encryptIn(pkcs11, token, probe, aad), aad);
    return opened.length === KEY_BYTES && timingSafeEqual(opened, probe);
  } catch {
    return false;
  }
}
