import { createHmac, createSecretKey, hash, type KeyObject, randomFillSync } from "node:crypto";
import { KEY_BYTES } from "./key-ring";

/** Characters of a data key's id: 160 bits in base32. */
const DATA_KEY_ID_CHARACTERS = 32;

const ID_BYTES = 20;
const ID_LABEL = Buffer.from("orc2 data key id\0", "ascii");
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567"; // RFC 4648, 6, in lower case
const LABEL = /^[\x20-\x7e]{1,255}$/;
const FINGERPRINT_LABEL = "orc2 key fingerprint";

/**
 * The part of a data key that seals and opens: all that another thread needs. A KeyObject is transferred as a
 * handle, without its bytes.
 */
export interface SealingKey {
  readonly id: string;
  readonly sealing: KeyObject;
}

/**
 * A key that seals values of one owner. It is stored wrapped by a key-encryption key and is in memory as a
 * KeyObject, which prints without its bytes.
 *
 * The id is derived from the key: the first 160 bits of SHA-256(label | key). As every sealed value names the
 * id and authenticates it, a value opens under one key only (key commitment; two keys with one id cost 2^80
 * hashes). See docs/decisions/0018-data-keys.md.
 */
export class DataKey implements SealingKey {
  readonly id: string;
  readonly sealing: KeyObject;
  #fingerprinting: KeyObject | undefined;

  /** @param bytes 32 uniformly random bytes; copied, so the caller zeroes them afterwards */
  constructor(bytes: Uint8Array) {
    if (bytes.length !== KEY_BYTES) throw new RangeError(`A data key has ${KEY_BYTES} bytes.`);
    this.id = dataKeyId(bytes);
    this.sealing = createSecretKey(bytes);
  }

  /** Key for the fingerprints of what this key seals; derived when first needed. */
  get fingerprinting(): KeyObject {
    this.#fingerprinting ??= this.derive(FINGERPRINT_LABEL);
    return this.#fingerprinting;
  }

  /**
   * Derives a key for a use other than sealing, so that no two uses share one. HKDF-Expand of RFC 5869, 2.3
   * with one block; a data key is uniformly random, so there is nothing to extract.
   *
   * @param label names the use, in printable ASCII; never changed once something depends on it
   * @throws RangeError for any other label: two of them could be the same bytes
   */
  derive(label: string): KeyObject {
    if (!LABEL.test(label)) throw new RangeError("A label has 1 to 255 characters of printable ASCII.");
    const block = createHmac("sha256", this.sealing).update(`${label}\u0001`, "latin1").digest();
    try {
      return createSecretKey(block);
    } finally {
      block.fill(0);
    }
  }

  toString(): string {
    return `DataKey(${this.id}; key withheld)`;
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** @returns 32 random bytes outside Node's shared buffer pool; the caller zeroes them */
export function randomDataKeyBytes(): Uint8Array {
  return randomFillSync(new Uint8Array(KEY_BYTES));
}

function dataKeyId(bytes: Uint8Array): string {
  const labelled = new Uint8Array(ID_LABEL.length + KEY_BYTES);
  labelled.set(ID_LABEL, 0);
  labelled.set(bytes, ID_LABEL.length);
  const digest = hash("sha256", labelled, "buffer");
  labelled.fill(0);
  return base32(digest.subarray(0, ID_BYTES));
}

function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let pending = 0;
  for (const byte of bytes) {
    pending = ((pending << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32[(pending >> bits) & 31];
    }
  }
  return text;
}

const ID = new RegExp(`^[${BASE32}]{${DATA_KEY_ID_CHARACTERS}}$`);

export function isDataKeyId(text: string): boolean {
  return ID.test(text);
}
