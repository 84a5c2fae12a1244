import { EncryptionConfigError } from "./errors";
import { isKeyId, KEY_BYTES, KeyRing, type RingKey, ringKey } from "./key-ring";
import { keyWeakness } from "./weak-key";

/** The two variables a key ring can come from. Exactly one of them is set; an empty one counts as unset. */
export interface KeyRingVariables {
  /** "k2:<64 hex digits>,k1:<64 hex digits>": the first key is current, the others only open. */
  ENCRYPTION_KEYS?: string | undefined;
  /** "<64 hex digits>": a ring of one key with the id "k1". */
  ENCRYPTION_KEY?: string | undefined;
}

const KEY_HEX_DIGITS = KEY_BYTES * 2;
const SINGLE_KEY_ID = "k1";
const HOW_TO_MAKE_ONE = 'make one with "openssl rand -hex 32"';

/**
 * Reads the key ring. Strict, because a key that is misread (Buffer.from(text, "hex") stops silently at the
 * first invalid digit) seals values that can never be opened. Messages name variable and position, never the
 * value or a part of it, not even key ids: a person may have swapped id and key.
 *
 * @throws EncryptionConfigError
 */
export function parseKeyRing(env: KeyRingVariables): KeyRing {
  const { ENCRYPTION_KEYS: ring = "", ENCRYPTION_KEY: single = "" } = env;
  if (ring !== "" && single !== "") {
    throw new EncryptionConfigError(
      "ENCRYPTION_KEYS and ENCRYPTION_KEY are both set: keep one of them (to keep both keys, add the single one to ENCRYPTION_KEYS as k1).",
    );
  }
  if (single !== "") return new KeyRing([parseKey(SINGLE_KEY_ID, single, "ENCRYPTION_KEY")]);
  if (ring !== "") return parseRing(ring);
  throw new EncryptionConfigError(
    `No encryption key is set: set ENCRYPTION_KEY to ${KEY_HEX_DIGITS} hexadecimal digits (${HOW_TO_MAKE_ONE}).`,
  );
}

function parseRing(text: string): KeyRing {
  const keys: RingKey[] = [];
  for (const [index, entry] of text.split(",").entries()) {
    const place = `ENCRYPTION_KEYS, entry ${index + 1}`;
    const key = parseEntry(entry, place);
    assertNotRepeated(key, keys, place);
    keys.push(key);
  }
  return new KeyRing(keys);
}

function parseEntry(entry: string, place: string): RingKey {
  const colon = entry.indexOf(":");
  if (colon === -1) {
    throw new EncryptionConfigError(`${place}: write it as <key id>:<${KEY_HEX_DIGITS} hexadecimal digits>.`);
  }
  const id = entry.slice(0, colon);
  if (!isKeyId(id)) {
    throw new EncryptionConfigError(
      `${place}: the key id before the colon must be 1 to 32 of the characters a-z, 0-9, "_" and "-", without spaces.`,
    );
  }
  return parseKey(id, entry.slice(colon + 1), place);
}

function parseKey(id: string, hex: string, place: string): RingKey {
  if (/\s/.test(hex))
    throw new EncryptionConfigError(`${place}: remove the white space in or around the key.`);
  const wrongDigit = hex.search(/[^0-9a-f]/i);
  if (wrongDigit !== -1 && isBase64OfKey(hex)) {
    throw new EncryptionConfigError(
      `${place}: this is a key in base64; write its ${KEY_BYTES} bytes as ${KEY_HEX_DIGITS} hexadecimal digits instead.`,
    );
  }
  if (wrongDigit !== -1) {
    throw new EncryptionConfigError(
      `${place}: character ${wrongDigit + 1} of the key is not a hexadecimal digit (0-9, a-f); a key is ${KEY_HEX_DIGITS} of them.`,
    );
  }
  if (hex.length !== KEY_HEX_DIGITS) {
    throw new EncryptionConfigError(
      `${place}: the key has ${hex.length} hexadecimal digits and must have exactly ${KEY_HEX_DIGITS}.`,
    );
  }
  // Not Buffer.from(hex): it would leave the key in Node's shared buffer pool.
  const bytes = Buffer.alloc(KEY_BYTES);
  bytes.write(hex, "hex");
  try {
    const weakness = keyWeakness(bytes);
    if (weakness !== null) {
      throw new EncryptionConfigError(`${place}: the key ${weakness}; ${HOW_TO_MAKE_ONE}.`);
    }
    return ringKey(id, bytes);
  } finally {
    bytes.fill(0);
  }
}

/** Other tools make keys like this; it is not read as one, so that a key has one spelling. */
function isBase64OfKey(text: string): boolean {
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text);
}

function assertNotRepeated(key: RingKey, earlier: readonly RingKey[], place: string): void {
  const sameId = earlier.findIndex((other) => other.id === key.id);
  if (sameId !== -1) {
    throw new EncryptionConfigError(
      `${place}: the same key id as entry ${sameId + 1}; give each key its own id.`,
    );
  }
  const sameKey = earlier.findIndex((other) => other.sealing.equals(key.sealing));
  if (sameKey !== -1) {
    throw new EncryptionConfigError(
      `${place}: the same key as entry ${sameKey + 1}; a rotation needs a new key.`,
    );
  }
}
