import { createCipheriv, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { openBytes } from "./aes-256-gcm";
import { additionalData } from "./context";
import { DecryptionFailed } from "./errors";
import { decrypt } from "./open";
import { CONTEXT, FAILED, hexKey, refusedAs, ringOf } from "./test-support";

/*
 * AES-GCM does not commit to its key: whoever knows two keys can make one ciphertext, nonce and tag that is authentic
 * under both (Dodis, Grubbs, Ristenpart, Woodage, "Fast Message Franking", 2018). This builds such a blob for two keys
 * of a ring and shows what the key id in the additional data, and looking keys up by id alone, make of it.
 */

/** Multiplication in GF(2^128) with GCM's bit order (NIST SP 800-38D, 6.3). */
function multiply(x: bigint, y: bigint): bigint {
  let product = 0n;
  let factor = y;
  for (let bit = 127n; bit >= 0n; bit -= 1n) {
    if ((x >> bit) & 1n) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ (0xe1n << 120n) : factor >> 1n;
  }
  return product;
}

/** x^(2^128 - 2), which is 1/x. */
function inverse(x: bigint): bigint {
  let result = 1n << 127n; // 1 in this bit order
  let power = x;
  for (let bit = 1; bit < 128; bit += 1) {
    power = multiply(power, power);
    result = multiply(result, power);
  }
  return result;
}

function aesBlock(keyHex: string, block: Buffer): bigint {
  const cipher = createCipheriv("aes-256-ecb", Buffer.from(keyHex, "hex"), null).setAutoPadding(false);
  return toNumber(cipher.update(block));
}

function toNumber(block: Buffer): bigint {
  return BigInt(`0x${block.toString("hex")}`);
}

function toBlock(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(32, "0"), "hex");
}

/** The tag by hand (SP 800-38D, 7.1): GHASH over padded additional data, ciphertext and lengths, masked. */
function tag(keyHex: string, nonce: Buffer, aad: Buffer, ciphertext: Buffer): bigint {
  const hashKey = aesBlock(keyHex, Buffer.alloc(16));
  const lengths = Buffer.alloc(16);
  lengths.writeUInt32BE(aad.length * 8, 4);
  lengths.writeUInt32BE(ciphertext.length * 8, 12);
  const padding = Buffer.alloc((16 - (aad.length % 16)) % 16);
  const hashed = Buffer.concat([aad, padding, ciphertext, lengths]);
  let hash = 0n;
  for (let at = 0; at < hashed.length; at += 16)
    hash = multiply(hash ^ toNumber(hashed.subarray(at, at + 16)), hashKey);
  return hash ^ aesBlock(keyHex, Buffer.concat([nonce, Buffer.from([0, 0, 0, 1])]));
}

test("one blob that is authentic under two keys of the ring still opens under the key it names only", () => {
  const ring = ringOf("k2", "k1");
  const [nonce, aad] = [randomBytes(12), additionalData("orc1", "k1", CONTEXT)];

  // Two blocks of ciphertext; the second is chosen so that both tags agree. It counts H^2 times in each.
  const first = randomBytes(16);
  const open = Buffer.concat([first, Buffer.alloc(16)]);
  const squares = ["k1", "k2"].map((id) => aesBlock(hexKey(id), Buffer.alloc(16))).map((h) => multiply(h, h));
  const apart = tag(hexKey("k1"), nonce, aad, open) ^ tag(hexKey("k2"), nonce, aad, open);
  const second = multiply(apart, inverse((squares[0] ?? 0n) ^ (squares[1] ?? 0n)));
  const ciphertext = Buffer.concat([first, toBlock(second)]);
  const sharedTag = toBlock(tag(hexKey("k1"), nonce, aad, ciphertext));

  // The collision is real: the bare cipher opens it under both keys, to different texts.
  const bare = (id: string, additional: Buffer) => {
    const key = ring.lookup(id)?.sealing;
    if (key === undefined) throw new RangeError(id);
    return openBytes(key, nonce, additional, ciphertext, sharedTag);
  };
  expect(bare("k1", aad).equals(bare("k2", aad))).toBe(false);

  // As a stored value it names one key, no other is tried, and with the other name on it the tag is wrong.
  expect(() => bare("k2", additionalData("orc1", "k2", CONTEXT))).toThrow(DecryptionFailed);
  const body = `${nonce.toString("base64url")}.${Buffer.concat([ciphertext, sharedTag]).toString("base64url")}`;
  expect(refusedAs(() => decrypt(`orc1.k2.${body}`, CONTEXT, ring))).toBe(FAILED);
  expect(refusedAs(() => decrypt(`orc1.k1.${body}`, CONTEXT, ring))).toBe(FAILED); // authentic, but 32 random bytes are no text
});
