import { createHash } from "node:crypto";
import { isKeyId } from "@/lib/encryption";
import { SharesDoNotMatch } from "./errors";

/** A key-encryption key as the environment's ring holds it. */
export interface BackupKey {
  /** 1 to 32 of a-z, 0-9, "_" and "-". */
  id: string;
  /** 64 hexadecimal digits. */
  hex: string;
}

/** What is split. */
export interface BackupPayload {
  /** Id of the set of shares, 16 hexadecimal digits. */
  set: string;
  /** Day in UTC, "2026-11-23". */
  created: string;
  /** The ring in its order: the first key is current. */
  keys: BackupKey[];
}

const FORMAT = "orchestral key backup";
const VERSION = 1;
const MAX_KEYS = 64;
const KEY_HEX = /^[0-9a-f]{64}$/;

/** @returns what is wrong with a list of keys, as the end of a sentence ("... key 2 ..."), or null */
export function wrongKeys(keys: readonly BackupKey[]): string | null {
  if (keys.length === 0 || keys.length > MAX_KEYS) return `a backup holds 1 to ${MAX_KEYS} keys`;
  for (const [index, { id, hex }] of keys.entries()) {
    if (!isKeyId(id)) return `the id of key ${index + 1} is not 1 to 32 of a-z, 0-9, "_" and "-"`;
    if (!KEY_HEX.test(hex)) return `key ${index + 1} is not 64 hexadecimal digits in lower case`;
  }
  if (new Set(keys.map((key) => key.id)).size < keys.length) return "two keys have the same id";
  return null;
}

/**
 * The payload as JSON with a checksum in it. Shamir's scheme yields some bytes for any shares; the checksum
 * tells whether they are the ones that were split. It is only inside: outside the shares, a hash of the keys
 * would allow guesses to be tested.
 */
export function encodePayload({ set, created, keys }: BackupPayload): Uint8Array {
  const body = {
    format: FORMAT,
    version: VERSION,
    set,
    created,
    keys: keys.map(({ id, hex }) => ({ id, hex })),
  };
  // TextEncoder, not Buffer.from: that would leave the keys in Node's shared buffer pool.
  return new TextEncoder().encode(JSON.stringify({ ...body, sha256: checksum(body) }));
}

/** @throws SharesDoNotMatch if it is anything other than the output of encodePayload */
export function decodePayload(bytes: Uint8Array): BackupPayload {
  const payload = parsed(bytes);
  // The only spelling: nothing that was not written by encodePayload passes this comparison.
  const again = payload === null ? null : encodePayload(payload);
  if (payload === null || again === null || Buffer.compare(again, bytes) !== 0) throw new SharesDoNotMatch();
  again.fill(0);
  return payload;
}

function parsed(bytes: Uint8Array): BackupPayload | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isPayload(value) && wrongKeys(value.keys) === null ? value : null;
  } catch {
    return null; // Not UTF-8 or not JSON. The error is dropped: its message quotes what it read.
  }
}

function isPayload(value: unknown): value is BackupPayload {
  if (typeof value !== "object" || value === null) return false;
  if (!("set" in value && "created" in value && "keys" in value)) return false;
  return typeof value.set === "string" && typeof value.created === "string" && isKeyList(value.keys);
}

function isKeyList(value: unknown): value is BackupKey[] {
  return (
    Array.isArray(value) &&
    value.every(
      (key: unknown) =>
        typeof key === "object" &&
        key !== null &&
        "id" in key &&
        "hex" in key &&
        typeof key.id === "string" &&
        typeof key.hex === "string",
    )
  );
}

function checksum(body: object): string {
  return createHash("sha256").update(JSON.stringify(body)).digest("hex");
}
