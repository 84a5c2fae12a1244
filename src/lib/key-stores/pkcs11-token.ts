import type { Handle, PKCS11 } from "pkcs11js";
import { KEY_BYTES, KeyStoreRefused, KeyStoreUnavailable } from "@/lib/encryption";

export type Pkcs11 = typeof import("pkcs11js");

/** Which key of which token, and the driver for it. */
export interface Pkcs11Place {
  id: string;
  /** Absolute path of the driver, a shared library. */
  modulePath: string;
  /** Label of the token. */
  token: string;
  /** Label of the key. */
  object: string;
  pin: string;
}

/** A logged-in session, and its key. One operation at a time. */
export interface OpenToken {
  module: PKCS11;
  session: Handle;
  key: Handle;
}

/** A driver is initialised once in a process (PKCS#11 v2.40, 5.4), however many keys it serves. */
const drivers = new Map<string, PKCS11>();

/**
 * Opens a session with the token, logs in and finds the key.
 *
 * @throws KeyStoreRefused if the driver or the key is missing, or the key is extractable
 * @throws KeyStoreUnavailable if the token is not present
 * @throws pkcs11js' errors, whose message is the name of a CKR_ code
 */
export function openToken(pkcs11: Pkcs11, place: Pkcs11Place): OpenToken {
  const module = driver(pkcs11, place);
  const slot = slotOf(module, place);
  const session = module.C_OpenSession(slot, pkcs11.CKF_SERIAL_SESSION);
  try {
    ignoring("CKR_USER_ALREADY_LOGGED_IN", () => module.C_Login(session, pkcs11.CKU_USER, place.pin));
    const key = findKey(pkcs11, module, session, place);
    assertStaysInside(pkcs11, module, session, key, place.id);
    return { module, session, key };
  } catch (error) {
    closeToken({ module, session });
    throw error;
  }
}

/** Best effort: a session that is already gone is closed. */
export function closeToken({ module, session }: Pick<OpenToken, "module" | "session">): void {
  try {
    module.C_CloseSession(session);
  } catch {
    // There is nothing left to close.
  }
}

/** After this the driver is initialised again: for a process whose driver was finalised by other code. */
export function forgetDriver(modulePath: string): void {
  drivers.delete(modulePath);
}

function driver(pkcs11: Pkcs11, { id, modulePath }: Pkcs11Place): PKCS11 {
  const known = drivers.get(modulePath);
  if (known !== undefined) return known;
  const module = new pkcs11.PKCS11();
  try {
    module.load(modulePath);
  } catch {
    throw new KeyStoreRefused(id, "the driver at its module-path cannot be loaded");
  }
  ignoring("CKR_CRYPTOKI_ALREADY_INITIALIZED", () =>
    module.C_Initialize({ flags: pkcs11.CKF_OS_LOCKING_OK }),
  );
  drivers.set(modulePath, module);
  return module;
}

function slotOf(module: PKCS11, { id, token }: Pkcs11Place): Handle {
  const slots = module
    .C_GetSlotList(true)
    // Labels are padded to 32 bytes, with blanks by the standard and with zeros by some tools.
    .filter((slot) => module.C_GetTokenInfo(slot).label.replace(/[\0 ]+$/, "") === token);
  const [slot] = slots;
  if (slot === undefined) throw new KeyStoreUnavailable(id, "no token of this label is present");
  if (slots.length > 1) throw new KeyStoreRefused(id, "more than one token has this label");
  return slot;
}

function findKey(pkcs11: Pkcs11, module: PKCS11, session: Handle, { id, object }: Pkcs11Place): Handle {
  module.C_FindObjectsInit(session, [
    { type: pkcs11.CKA_CLASS, value: pkcs11.CKO_SECRET_KEY },
    { type: pkcs11.CKA_LABEL, value: object },
  ]);
  const found = module.C_FindObjects(session, 2);
  module.C_FindObjectsFinal(session);
  const [key] = found;
  if (key === undefined) throw new KeyStoreRefused(id, "the token has no secret key of this label");
  if (found.length > 1) throw new KeyStoreRefused(id, "the token has more than one secret key of this label");
  return key;
}

/** An extractable key protects no better than one in the environment, so it is not used. */
function assertStaysInside(pkcs11: Pkcs11, module: PKCS11, session: Handle, key: Handle, id: string): void {
  const numberOf = (type: number) => {
    const value = module.C_GetAttributeValue(session, key, [{ type }])[0]?.value;
    // CK_BBOOL has one byte and CK_ULONG four or eight; none of the values needs more than six.
    return Buffer.isBuffer(value) ? value.readUIntLE(0, Math.min(value.length, 6)) : undefined;
  };
  if (numberOf(pkcs11.CKA_EXTRACTABLE) !== 0 || numberOf(pkcs11.CKA_SENSITIVE) !== 1) {
    throw new KeyStoreRefused(
      id,
      "the key can leave its token; make one with CKA_EXTRACTABLE false and CKA_SENSITIVE true",
    );
  }
  if (numberOf(pkcs11.CKA_KEY_TYPE) !== pkcs11.CKK_AES || numberOf(pkcs11.CKA_VALUE_LEN) !== KEY_BYTES) {
    throw new KeyStoreRefused(id, "the key is not an AES key of 256 bits");
  }
}

/** The name of a PKCS#11 return code ("CKR_PIN_INCORRECT"), or null for any other error. */
export function returnCode(error: unknown): string | null {
  return error instanceof Error && /^CKR_[A-Z0-9_]{1,60}$/.test(error.message) ? error.message : null;
}

function ignoring(code: string, call: () => void): void {
  try {
    call();
  } catch (error) {
    if (returnCode(error) !== code) throw error;
  }
}
