import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decrypt,
  describeSealed,
  encrypt,
  generateEncryptionKey,
  isSealed,
  MAX_PLAINTEXT_BYTES,
  openSealed,
  parseKeyRing,
} from "./encryption";
import { BAD_PLAINTEXT, CONTEXT, MALFORMED, refusedAs, ringOf, SECRET } from "./encryption/test-support";

const ring = ringOf("k1");

describe("what is sealed comes back", () => {
  test("a provider key of 108 characters", () => {
    expect(SECRET).toHaveLength(108);
    const sealed = encrypt(SECRET, CONTEXT, ring);
    expect(sealed).toMatch(/^orc1\.k1\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+$/);
    expect(decrypt(sealed, CONTEXT, ring)).toBe(SECRET);
    expect(openSealed(sealed, CONTEXT, ring)).toEqual({
      text: SECRET,
      keyId: "k1",
      format: "orc1",
      stale: false,
    });
  });

  test.each([
    ["combining marks are not normalised", "e\u0301 is not \u00e9"],
    ["astral plane", "\u{1F511}\u{10FFFF}"],
    ["right to left, with an override", "\u05de\u05e4\u05ea\u05d7 \u202e"],
    ["NUL, newline, DEL", "a\u0000b\r\n\u007f"],
    ["a leading byte order mark", "\ufeffsecret"],
    ["the replacement character itself", "\ufffd"],
    ["noncharacters", "\uffff\ufdd0"],
    ["a text that looks sealed", encrypt("inner", CONTEXT, ring)],
  ])("Unicode: %s", (_, text) => {
    expect(decrypt(encrypt(text, CONTEXT, ring), CONTEXT, ring)).toBe(text);
  });

  test("any well-formed text in any context", () => {
    const text = fc.string({ unit: "binary", minLength: 1, maxLength: 300 });
    const field = fc.string({ unit: "binary", minLength: 1, maxLength: 200 });
    const context = fc.record({ table: field, column: field, owner: field, purpose: field });
    fc.assert(
      fc.property(text, context, (secret, where) => {
        const sealed = encrypt(secret, where, ring);
        expect(isSealed(sealed)).toBe(true);
        expect(decrypt(sealed, where, ring)).toBe(secret);
      }),
      { numRuns: 2000 },
    );
  });

  test("any sequence of UTF-16 units either comes back unchanged or is refused, never repaired", () => {
    const units = fc.array(fc.integer({ min: 0xd700, max: 0xe0ff }), { minLength: 1, maxLength: 6 });
    let refused = 0;
    fc.assert(
      fc.property(units, (codes) => {
        const text = String.fromCharCode(...codes);
        const attempt = () => decrypt(encrypt(text, CONTEXT, ring), CONTEXT, ring);
        const encodable = isEncodable(text);
        refused += encodable ? 0 : 1;
        expect(encodable ? attempt() : refusedAs(attempt)).toBe(encodable ? text : BAD_PLAINTEXT);
      }),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});

/**
 * An oracle that is not the one under test: percent-encoding throws on lone surrogates (ECMA-262, Encode).
 */
function isEncodable(text: string): boolean {
  try {
    encodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

describe("the size limit counts bytes of UTF-8", () => {
  test.each([
    ["1 byte a character", "x".repeat(MAX_PLAINTEXT_BYTES)],
    ["4 bytes a character", "\u{1F511}".repeat(MAX_PLAINTEXT_BYTES / 4)],
  ])("64 kB exactly, %s, is sealed and opened", (_, text) => {
    expect(Buffer.byteLength(text)).toBe(65_536);
    expect(decrypt(encrypt(text, CONTEXT, ring), CONTEXT, ring)).toBe(text);
  });

  test.each([
    ["1 byte a character", "x".repeat(MAX_PLAINTEXT_BYTES + 1)],
    [
      "4 bytes a character, far fewer characters than the limit",
      `${"\u{1F511}".repeat(MAX_PLAINTEXT_BYTES / 4)}x`,
    ],
  ])("64 kB and one byte, %s, is refused", (_, text) => {
    expect(refusedAs(() => encrypt(text, CONTEXT, ring))).toBe(BAD_PLAINTEXT);
  });

  test("the longest value under the longest key id opens, and one character more is refused unread", () => {
    const longId = "k".repeat(32);
    const longRing = ringOf(longId);
    const text = "x".repeat(MAX_PLAINTEXT_BYTES);
    const sealed = encrypt(text, CONTEXT, longRing);
    expect(decrypt(sealed, CONTEXT, longRing)).toBe(text);
    expect(() => decrypt(`${sealed}A`, CONTEXT, longRing)).toThrow("(it is too long)");
    expect(refusedAs(() => decrypt("A".repeat(10_000_000), CONTEXT, longRing))).toBe(MALFORMED);
    expect(refusedAs(() => decrypt(`orc1.${"A".repeat(10_000_000)}`, CONTEXT, longRing))).toBe(MALFORMED);
  });
});

describe("what cannot be sealed", () => {
  test("an empty text", () => {
    expect(refusedAs(() => encrypt("", CONTEXT, ring))).toBe(BAD_PLAINTEXT);
  });

  test.each([["\ud800x"], ["x\udc00"], ["\udc00\ud800"], [`${SECRET}\ud83d`]])(
    "a lone surrogate: %j",
    (text) => {
      expect(refusedAs(() => encrypt(text, CONTEXT, ring))).toBe(BAD_PLAINTEXT);
    },
  );

  test.each([[undefined], [null], [42], [{}], [["x"]], [Buffer.from("x")]])("not a text: %j", (value) => {
    // A value from unparsed JSON or an untyped caller.
    expect(refusedAs(() => Reflect.apply(encrypt, null, [value, CONTEXT, ring]))).toBe(BAD_PLAINTEXT);
    expect(refusedAs(() => Reflect.apply(decrypt, null, [value, CONTEXT, ring]))).toBe(MALFORMED);
    expect(refusedAs(() => Reflect.apply(describeSealed, null, [value]))).toBe(MALFORMED);
    expect(isSealed(value)).toBe(false);
  });
});

describe("telling sealed values from others without a key", () => {
  test("a sealed value says its format and key id", () => {
    const sealed = encrypt(SECRET, CONTEXT, ringOf("k2", "k1"));
    expect(describeSealed(sealed)).toEqual({ format: "orc1", keyId: "k2" });
    expect(isSealed(sealed)).toBe(true);
  });

  test.each([[SECRET], [""], ["orc1."], ["orc1.k1.AAAA.AAAA"], [" "], ["null"]])(
    "%j is not sealed",
    (text) => {
      expect(isSealed(text)).toBe(false);
      expect(refusedAs(() => describeSealed(text))).toBe(MALFORMED);
    },
  );
});

test("a generated key is 64 hexadecimal digits, new each time, and accepted by the key ring", () => {
  const keys = new Set(Array.from({ length: 1000 }, generateEncryptionKey));
  expect(keys.size).toBe(1000);
  for (const key of keys) {
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(parseKeyRing({ ENCRYPTION_KEY: key }).ids).toEqual(["k1"]);
  }
});
