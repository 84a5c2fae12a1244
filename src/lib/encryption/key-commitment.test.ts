import { createCipheriv, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { openBytes } from "./aes-256-gcm";
import { additionalData } from "./context";
import { DataKey } from "./data-key";
import { openWithDataKey } from "./data-key-seal";
import { DecryptionFailed } from "./errors";
import { decrypt } from "./open";
import { CONTEXT, FAILED, hexKey, refusedAs, ringOf, UNKNOWN_KEY } from "./test-support";

/*
 * AES-GCM does not commit to its key: an attacker who knows two keys can make one ciphertext, nonce and tag
 * that is authentic under both (Dodis, Grubbs, Ristenpart, Woodage, "Fast Message Franking", 2018). This
 * builds such a blob for two keys of a ring, and for two data keys, and shows how the key id in the
 * additional data, and looking keys up by id alone, defend against it.
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

const xor = (values: bigint[]) => values.reduce((left, right) => left ^ right, 0n);

/** One ciphertext and tag that are authentic under both keys, each with its own additional data. */
function collision(nonce: Buffer, ...sides: [keyHex: string, aad: Buffer][]) {
  // Two blocks of ciphertext; the second is chosen so that both tags agree. It counts H^2 times in each.
  const first = randomBytes(16);
  const open = Buffer.concat([first, Buffer.alloc(16)]);
  const hashKeys = sides.map(([keyHex]) => aesBlock(keyHex, Buffer.alloc(16)));
  const apart = xor(sides.map(([keyHex, aad]) => tag(keyHex, nonce, aad, open)));
  const second = multiply(apart, inverse(xor(hashKeys.map((h) => multiply(h, h)))));
  const ciphertext = Buffer.concat([first, toBlock(second)]);
  const tags = sides.map(([keyHex, aad]) => toBlock(tag(keyHex, nonce, aad, ciphertext)));
  const [sharedTag = Buffer.alloc(0)] = tags;
  expect(tags.every((each) => each.equals(sharedTag))).toBe(true);
  return { ciphertext, sharedTag };
}

test("one blob that is authentic under two keys of the ring still opens under the key it names only", () => {
  const ring = ringOf("k2", "k1");
  const [nonce, aad] = [randomBytes(12), additionalData("orc1", "k1", CONTEXT)];

  const { ciphertext, sharedTag } = collision(nonce, [hexKey("k1"), aad], [hexKey("k2"), aad]);

  // The collision is real: the bare cipher opens it under both keys, to different texts.
  const bare = (id: string, additional: Buffer) => {
    const key = ring.lookup(id)?.sealing;
    if (key === undefined) throw new RangeError(id);
    return openBytes(key, nonce, additional, ciphertext, sharedTag);
  };
  expect(bare("k1", aad).equals(bare("k2", aad))).toBe(false);

  // As a stored value it names one key, no other is tried, and with the other name the tag is wrong.
  expect(() => bare("k2", additionalData("orc1", "k2", CONTEXT))).toThrow(DecryptionFailed);
  const body = `${nonce.toString("base64url")}.${Buffer.concat([ciphertext, sharedTag]).toString("base64url")}`;
  expect(refusedAs(() => decrypt(`orc1.k2.${body}`, CONTEXT, ring))).toBe(FAILED);
  expect(refusedAs(() => decrypt(`orc1.k1.${body}`, CONTEXT, ring))).toBe(FAILED); // authentic, but 32 random bytes are no text
});

const hex = (dataKey: DataKey) => dataKey.sealing.export().toString("hex");
const aadOf = (dataKey: DataKey) => additionalData("orc2", dataKey.id, CONTEXT);

test("one blob that is authentic under two data keys opens under the key it names only", () => {
  const [a, b] = [new DataKey(randomBytes(32)), new DataKey(randomBytes(32))];
  const nonce = randomBytes(12);

  for (const [aadForA, aadForB] of [
    [aadOf(a), aadOf(a)],
    [aadOf(a), aadOf(b)], // the body alone commits to nothing: each key may even get the additional data it expects
  ] as const) {
    const { ciphertext, sharedTag } = collision(nonce, [hex(a), aadForA], [hex(b), aadForB]);
    const bare = (dataKey: DataKey, aad: Buffer) =>
      openBytes(dataKey.sealing, nonce, aad, ciphertext, sharedTag);
    expect(bare(a, aadForA).equals(bare(b, aadForB))).toBe(false); // the collision is real

    // A stored value has the id in its text, the id is made from the key, and no key has two.
    const body = `${nonce.toString("base64url")}.${Buffer.concat([ciphertext, sharedTag]).toString("base64url")}`;
    expect(refusedAs(() => openWithDataKey(`orc2.${a.id}.${body}`, CONTEXT, b))).toBe(UNKNOWN_KEY);
    expect(refusedAs(() => openWithDataKey(`orc2.${b.id}.${body}`, CONTEXT, a))).toBe(UNKNOWN_KEY);
    // With the other name on it, the first blob has a wrong tag. The second is authentic; 32 random bytes are
    // no text.
    expect(refusedAs(() => openWithDataKey(`orc2.${b.id}.${body}`, CONTEXT, b))).toBe(FAILED);
  }
});

test("two keys cannot take one id: it is made from the bytes and cannot be given", () => {
  const [a, b] = [new DataKey(randomBytes(32)), new DataKey(randomBytes(32))];
  expect(new DataKey(a.sealing.export()).id).toBe(a.id);
  expect(a.id).not.toBe(b.id);
  expect(DataKey).toHaveLength(1); // nothing but the bytes goes in
});
