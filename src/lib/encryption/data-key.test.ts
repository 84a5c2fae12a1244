import { createHash, hkdfSync, randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataKey, isDataKeyId, randomDataKeyBytes } from "./data-key";

describe("the id of a data key", () => {
  test("is the documented computation: 160 bits of SHA-256 in base32", () => {
    const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    for (let turn = 0; turn < 200; turn += 1) {
      const bytes = randomBytes(32);
      const digest = createHash("sha256").update("orc2 data key id\0").update(bytes).digest("hex");
      const number = BigInt(`0x${digest.slice(0, 40)}`);
      const characters = Array.from({ length: 32 }, (_, at) =>
        alphabet.charAt(Number((number >> BigInt(5 * (31 - at))) & 31n)),
      );
      expect(new DataKey(bytes).id).toBe(characters.join(""));
    }
  });

  test("is another one after any single bit of the key was flipped", () => {
    const bytes = randomDataKeyBytes();
    const ids = new Set([new DataKey(bytes).id]);
    for (let bit = 0; bit < 256; bit += 1) {
      ids.add(new DataKey(bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))).id);
    }
    expect(ids.size).toBe(257);
  });

  test("has the form that isDataKeyId asks for, and nothing else has", () => {
    const { id } = new DataKey(randomDataKeyBytes());
    expect(isDataKeyId(id)).toBe(true);
    const others = [id.slice(1), `${id}a`, `${id}\n`, ` ${id.slice(1)}`, id.toUpperCase(), "", "k1"];
    for (const digit of "0189_-.=\u0131") others.push(id.slice(1) + digit);
    expect(others.filter(isDataKeyId)).toEqual([]);
  });
});

describe("the bytes of a data key", () => {
  test("are copied: zeroing them afterwards changes nothing", () => {
    const bytes = randomDataKeyBytes();
    const before = Buffer.from(bytes);
    const dataKey = new DataKey(bytes);
    bytes.fill(0);
    expect(dataKey.sealing.export().equals(before)).toBe(true);
  });

  test.each([0, 16, 31, 33, 64])("are never %i", (length) => {
    expect(() => new DataKey(randomBytes(length))).toThrow(RangeError);
  });

  test("are drawn anew each time, outside Node's shared buffer pool", () => {
    const drawn = Array.from({ length: 1000 }, randomDataKeyBytes);
    expect(new Set(drawn.map((bytes) => Buffer.from(bytes).toString("hex"))).size).toBe(1000);
    expect(drawn.every((bytes) => bytes.length === 32 && bytes.buffer.byteLength === 32)).toBe(true);
  });
});

describe("keys derived for other uses", () => {
  const bytes = randomBytes(32);
  const dataKey = new DataKey(bytes);
  const hex = (label: string) => dataKey.derive(label).export().toString("hex");

  test("are HKDF-Expand with the label: checked against HKDF, undoing its extraction by RFC 5869, 2.2", () => {
    // HKDF's extraction is HMAC(salt, key), so a data key that is such a result expands to what HKDF gives.
    const [salt, material] = [randomBytes(32), randomBytes(32)];
    const extracted = Buffer.from(hkdfExtract(material, salt));
    const derived = new DataKey(extracted).derive("a use").export();
    expect(derived.equals(Buffer.from(hkdfSync("sha256", material, salt, "a use", 32)))).toBe(true);
  });

  test("differ for every two labels, and are never the sealing key", () => {
    const label = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 255 });
    fc.assert(
      fc.property(label, label, (one, another) => {
        expect(hex(one) === hex(another)).toBe(one === another);
        expect(hex(one)).not.toBe(bytes.toString("hex"));
        expect(hex(one)).toBe(hex(one));
      }),
      { numRuns: 500 },
    );
  });

  test("differ for two data keys", () => {
    expect(new DataKey(randomBytes(32)).derive("a use").equals(dataKey.derive("a use"))).toBe(false);
  });

  test("the fingerprint key is one of them, made once", () => {
    expect(dataKey.fingerprinting.equals(dataKey.sealing)).toBe(false);
    expect(dataKey.fingerprinting.equals(dataKey.derive("orc2 key fingerprint"))).toBe(true);
    expect(dataKey.fingerprinting).toBe(dataKey.fingerprinting);
  });

  test.each([[""], ["\u0101 use"], ["use\n"], ["use\u0001"], ["\ud800"], ["\u00fcse"], ["a".repeat(256)]])(
    "a label that could be the bytes of another is refused: %j",
    (label) => {
      expect(() => dataKey.derive(label)).toThrow(RangeError);
    },
  );
});

function hkdfExtract(material: Uint8Array, salt: Uint8Array): Uint8Array {
  const block = new Uint8Array(64);
  block.set(salt);
  const inner = createHash("sha256")
    .update(block.map((byte) => byte ^ 0x36))
    .update(material)
    .digest();
  return createHash("sha256")
    .update(block.map((byte) => byte ^ 0x5c))
    .update(inner)
    .digest();
}
