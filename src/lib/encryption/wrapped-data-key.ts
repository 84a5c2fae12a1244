import { decodeCanonicalBase64 } from "./canonical-base64";
import { assertContextField } from "./context";
import { DataKey, randomDataKeyBytes } from "./data-key";
import { DecryptionFailed, SealedValueMalformed, UnknownKeyError } from "./errors";
import { type DataKeyContext, type KeyEncryptionKey, WRAPPED_FORMAT } from "./key-encryption-key";
import { isKeyId, KEY_BYTES } from "./key-ring";

const PREFIX = `${WRAPPED_FORMAT}.`;
const MAX_WRAPPED_BYTES = 4096;
const MAX_WRAPPED_CHARACTERS = PREFIX.length + 32 + 1 + Math.ceil((MAX_WRAPPED_BYTES * 4) / 3);

/** The owner of a data key. */
export type DataKeyOwner = Omit<DataKeyContext, "dataKeyId">;

/** The key-encryption keys an installation has: the current one wraps, all of them unwrap. */
export class KeyEncryptionKeys {
  readonly all: readonly KeyEncryptionKey[];
  readonly current: KeyEncryptionKey;
  readonly #byId: ReadonlyMap<string, KeyEncryptionKey>;

  /** @param keys at least one, with distinct ids, current key first */
  constructor(keys: readonly KeyEncryptionKey[]) {
    const [current] = keys;
    if (current === undefined) throw new RangeError("There is at least one key-encryption key.");
    this.all = [...keys];
    this.current = current;
    this.#byId = new Map(keys.map((key) => [key.id, key]));
    if (this.#byId.size !== keys.length) throw new RangeError("Two key-encryption keys have the same id.");
  }

  find(id: string): KeyEncryptionKey | undefined {
    return this.#byId.get(id);
  }
}

/**
 * Makes a new data key for an owner.
 *
 * @returns the key, and its wrapped form for storage: `orcw1.<key-encryption key id>.<base64url>`
 * @throws KeyStoreUnavailable, KeyStoreRefused
 * @throws InvalidSealContext if a part of the owner is empty, too long or not well-formed
 */
export async function createDataKey(
  owner: DataKeyOwner,
  by: KeyEncryptionKey,
): Promise<{ dataKey: DataKey; wrapped: string }> {
  const bytes = randomDataKeyBytes();
  try {
    const dataKey = new DataKey(bytes);
    return { dataKey, wrapped: await wrap(bytes, contextOf({ ...owner, dataKeyId: dataKey.id }), by) };
  } finally {
    bytes.fill(0);
  }
}

/**
 * @param wrapped as createDataKey returned it
 * @param context the id it is stored under and its owner
 * @throws SealedValueMalformed if the text is not a wrapped key
 * @throws UnknownKeyError if its key-encryption key is not configured
 * @throws DecryptionFailed if it was changed, moved to another owner, or is not the key the id names
 * @throws InvalidSealContext
 * @throws KeyStoreUnavailable, KeyStoreRefused
 */
export async function unwrapDataKey(
  wrapped: string,
  context: DataKeyContext,
  keys: KeyEncryptionKeys,
): Promise<DataKey> {
  const bytes = await unwrap(wrapped, context, keys);
  try {
    return dataKeyNamed(context.dataKeyId, bytes);
  } finally {
    bytes.fill(0);
  }
}

/**
 * Rewraps a data key under the current key-encryption key. The values it seals do not change.
 *
 * @throws the errors of unwrapDataKey
 */
export async function rewrapDataKey(
  wrapped: string,
  context: DataKeyContext,
  keys: KeyEncryptionKeys,
): Promise<string> {
  const bytes = await unwrap(wrapped, context, keys);
  try {
    dataKeyNamed(context.dataKeyId, bytes); // a wrong key is never carried over
    return await wrap(bytes, context, keys.current);
  } finally {
    bytes.fill(0);
  }
}

/** Id of the key-encryption key a wrapped key names. Proves nothing. @throws SealedValueMalformed */
export function describeWrapped(wrapped: string): { keyEncryptionKeyId: string } {
  return { keyEncryptionKeyId: parseWrapped(wrapped).keyId };
}

async function wrap(bytes: Uint8Array, context: DataKeyContext, by: KeyEncryptionKey): Promise<string> {
  if (!isKeyId(by.id)) throw new RangeError("The key-encryption key's id is not one."); // it could never be read again
  const payload = await by.wrap(bytes, context);
  if (payload.length === 0 || payload.length > MAX_WRAPPED_BYTES) {
    throw new RangeError(`A wrapped key has 1 to ${MAX_WRAPPED_BYTES} bytes.`);
  }
  const { buffer, byteOffset, length } = payload;
  return `${PREFIX}${by.id}.${Buffer.from(buffer, byteOffset, length).toString("base64url")}`;
}

async function unwrap(
  wrapped: string,
  context: DataKeyContext,
  keys: KeyEncryptionKeys,
): Promise<Uint8Array> {
  const { keyId, payload } = parseWrapped(wrapped);
  const key = keys.find(keyId);
  if (key === undefined) throw new UnknownKeyError(keyId);
  const bytes = await key.unwrap(payload, contextOf(context));
  if (bytes.length !== KEY_BYTES) {
    bytes.fill(0);
    throw new DecryptionFailed();
  }
  return bytes;
}

/**
 * The id commits to the key: a key other than the one the stored id names is refused, whatever a key store
 * returns.
 */
function dataKeyNamed(id: string, bytes: Uint8Array): DataKey {
  const dataKey = new DataKey(bytes);
  if (dataKey.id !== id) throw new DecryptionFailed();
  return dataKey;
}

/** A copy with no other fields: each is authenticated, and none may be mistaken for another. */
function contextOf({ dataKeyId, ownerKind, ownerId }: DataKeyContext): DataKeyContext {
  assertContextField("data key id", dataKeyId);
  assertContextField("owner kind", ownerKind);
  assertContextField("owner id", ownerId);
  return { dataKeyId, ownerKind, ownerId };
}

function parseWrapped(wrapped: string): { keyId: string; payload: Buffer } {
  if (typeof wrapped !== "string") throw new SealedValueMalformed("it is not a text");
  if (wrapped.length > MAX_WRAPPED_CHARACTERS) throw new SealedValueMalformed("it is too long");
  if (!wrapped.startsWith(PREFIX)) throw new SealedValueMalformed("unknown format");
  const dot = wrapped.indexOf(".", PREFIX.length);
  const keyId = wrapped.slice(PREFIX.length, Math.max(dot, 0));
  if (!isKeyId(keyId)) throw new SealedValueMalformed("the key id is not one");
  const payload = decodeCanonicalBase64(wrapped.slice(dot + 1), "base64url");
  if (payload === null || payload.length === 0)
    throw new SealedValueMalformed("it is not canonical base64url");
  return { keyId, payload };
}
