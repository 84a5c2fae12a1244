import { createHash } from "node:crypto";

/** Of 32 random bytes about 30 are distinct; fewer than 16 has a chance below 10^-15. */
const MIN_DISTINCT_BYTES = 16;

/**
 * SHA-256 of keys (as bytes) that appear in public documents and are therefore known to everyone. Hashes, so
 * that this file provides no key to copy.
 */
const PUBLISHED_KEY_HASHES: ReadonlySet<string> = new Set([
  "e8ee5c26701b0bf93b6eac4c1334e2acd514889d893ffdbfa48b71d1216c845b", // printed in the design document this project grew from
  "155f876ef994211658336f7f112f7c76079bc78cb31566901949700a184e0b29", // CREDS_KEY of LibreChat's published examples
  "b93c72b74bc8487d29827005f80d635918f91bc22b14d7ed05714d58f96702dd", // NIST SP 800-38A, F.1.5: the AES-256 example key
  "5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456", // SHA-256 of nothing, often pasted as "64 hex digits"
]);

/**
 * Detects keys that no random generator made: typed, copied or sequential. Passing does not prove a key
 * random.
 *
 * @param bytes the 32 bytes of the key
 * @returns what is wrong, as the end of a sentence ("the key ..."), or null
 */
export function keyWeakness(bytes: Uint8Array): string | null {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
  if (PUBLISHED_KEY_HASHES.has(createHash("sha256").update(bytes).digest("hex"))) {
    return "is a published example";
  }
  if (hasPeriod(hex)) return "is a short pattern repeated";
  if (isArithmeticSequence(bytes)) return "is a sequence";
  if (new Set(bytes).size < MIN_DISTINCT_BYTES) return "has too few different bytes to be random";
  if (!/[a-f]/.test(hex)) return "has decimal digits only, so it was typed and not drawn at random";
  if (bytes.every(isPrintableAscii)) return "is text turned into hexadecimal, not random bytes";
  return null;
}

/**
 * True if the digits repeat with a period of at most half their number ("00...", "0123456789abcdef" four
 * times).
 */
function hasPeriod(digits: string): boolean {
  for (let period = 1; period <= digits.length / 2; period += 1) {
    if (digits.startsWith(digits.slice(period))) return true;
  }
  return false;
}

/** 00 01 02 ..., ff fe fd ..., 00 02 04 ...: the same step (modulo 256) from each byte to the next. */
function isArithmeticSequence(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  const step = second - first;
  return bytes.every((byte, index) => byte === ((first + index * step) & 0xff));
}

function isPrintableAscii(byte: number): boolean {
  return byte >= 0x20 && byte <= 0x7e;
}
