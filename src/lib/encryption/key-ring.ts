import { createSecretKey, hkdfSync, type KeyObject } from "node:crypto";

/** Bytes of a key: AES-256. */
export const KEY_BYTES = 32;

export const MAX_KEY_ID_CHARACTERS = 32;
const KEY_ID = new RegExp(`^[a-z0-9_-]{1,${MAX_KEY_ID_CHARACTERS}}$`);

/**
 * HKDF label: separates the fingerprint key from the sealing key it is derived from. Changing it changes
 * every fingerprint.
 */
const FINGERPRINT_KEY_INFO = "orc1 key fingerprint";
/**
 * HKDF label of the key that wraps data keys. Changing it makes every data key wrapped with the environment's
 * keys unusable.
 */
const WRAPPING_KEY_INFO = "orcw1 wrapping key";

/**
 * One key of the ring. KeyObjects: they print without their bytes, and a Buffer key is three times slower on
 * Node 24.
 */
export interface RingKey {
  readonly id: string;
  readonly sealing: KeyObject;
  readonly fingerprinting: KeyObject;
  /** Wraps data keys; see environment-key.ts. */
  readonly wrapping: KeyObject;
}

export function isKeyId(text: string): boolean {
  return KEY_ID.test(text);
}

/**
 * @param bytes 32 bytes; copied, so the caller should zero them afterwards
 */
export function ringKey(id: string, bytes: Uint8Array): RingKey {
  if (!isKeyId(id) || bytes.length !== KEY_BYTES) throw new RangeError("Not a key id and a key of 32 bytes.");
  return {
    id,
    sealing: createSecretKey(bytes),
    fingerprinting: derivedKey(bytes, FINGERPRINT_KEY_INFO),
    wrapping: derivedKey(bytes, WRAPPING_KEY_INFO),
  };
}

/** A key for one purpose, so that no two purposes share nonces or algorithms (NIST SP 800-57 part 1, 5.2). */
function derivedKey(bytes: Uint8Array, info: string): KeyObject {
  // No salt: the ring key is uniformly random already (RFC 5869, 3.1).
  const derived = new Uint8Array(hkdfSync("sha256", bytes, "", info, KEY_BYTES));
  const key = createSecretKey(derived);
  derived.fill(0);
  return key;
}

/** The keys that may open values, and the one that seals them. Printing it in any way shows ids only. */
export class KeyRing {
  readonly #keys: ReadonlyMap<string, RingKey>;
  readonly #current: RingKey;

  /** @param keys at least one, with distinct ids, current key first */
  constructor(keys: readonly RingKey[]) {
    const [current] = keys;
    if (current === undefined) throw new RangeError("A key ring has at least one key.");
    this.#current = current;
    this.#keys = new Map(keys.map((key) => [key.id, key]));
  }

  /** The key new values are sealed with. */
  get current(): RingKey {
    return this.#current;
  }

  get currentId(): string {
    return this.#current.id;
  }

  /** Ids of all keys, current first. */
  get ids(): readonly string[] {
    return [...this.#keys.keys()];
  }

  /** All keys, current first: for values that do not name their key. */
  get keys(): Iterable<RingKey> {
    return this.#keys.values();
  }

  /** Looks a key up by its id alone: keys are never tried in turn (except for the old format). */
  lookup(id: string): RingKey | undefined {
    return this.#keys.get(id);
  }

  toString(): string {
    return `KeyRing(current ${this.currentId}; ids ${this.ids.join(", ")}; keys withheld)`;
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
