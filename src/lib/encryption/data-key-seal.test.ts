import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SealContext } from "./context";
import { DataKey } from "./data-key";
import { openWithDataKey, sealWithDataKey } from "./data-key-seal";
import { describeSealed, isSealed } from "./describe-sealed";
import { KeyRing, ringKey } from "./key-ring";
import { decrypt } from "./open";
import { encrypt } from "./seal";
import { parseSealed } from "./sealed-format";
import {
  BAD_CONTEXT,
  BAD_PLAINTEXT,
  CONTEXT,
  FAILED,
  MALFORMED,
  refusal,
  refusedAs,
  SECRET,
  UNKNOWN_KEY,
} from "./test-support";

const bytes = randomBytes(32);
const dataKey = new DataKey(bytes);
const another = new DataKey(randomBytes(32));
/** 33 bytes of text and a tag of 16 leave odd bits in the last character, so that those are attacked too. */
const SHORT_SECRET = SECRET.slice(0, 33);

const seal = (text: string, context: SealContext = CONTEXT, key = dataKey) =>
  sealWithDataKey(text, context, key);
const outcome = (sealed: string, context: SealContext = CONTEXT, key = dataKey) =>
  refusedAs(() => openWithDataKey(sealed, context, key));

/**
 * What a changed text must be refused as, decided by a description of the format that shares no code with
 * ours.
 */
function expectedRefusal(changed: string): string {
  const form = /^orc2\.(?<keyId>[a-z2-7]{32})\.[A-Za-z0-9_-]{16}\.(?<body>[A-Za-z0-9_-]{23,})$/.exec(changed);
  if (form?.groups === undefined || changed.endsWith("\n")) return MALFORMED;
  const { keyId = "", body = "" } = form.groups;
  // RFC 4648, 3.5: with one or two bytes left over, only these last characters leave no bits behind.
  const lastCharacters = [body.slice(-1), "", "AQgw", "AEIMQUYcgkosw048"][body.length % 4] ?? "";
  if (!lastCharacters.includes(body.slice(-1))) return MALFORMED;
  return keyId === dataKey.id ? FAILED : UNKNOWN_KEY;
}

interface Attempt {
  what: string;
  refused: string;
  expected: string;
}

function attempt(what: string, changed: string): Attempt {
  return { what, refused: outcome(changed), expected: expectedRefusal(changed) };
}

const wrong = (attempts: Attempt[]) => attempts.filter(({ refused, expected }) => refused !== expected);

function assemble(keyId: string, nonce: Buffer, ciphertext: Buffer, tag: Buffer): string {
  return `orc2.${keyId}.${nonce.toString("base64url")}.${Buffer.concat([ciphertext, tag]).toString("base64url")}`;
}

describe("what is sealed comes back", () => {
  test("any well-formed text in any context", () => {
    const field = fc.string({ unit: "binary", minLength: 1, maxLength: 300 });
    const context = fc.record({ table: field, column: field, owner: field, purpose: field });
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 400 }), context, (text, where) => {
        expect(openWithDataKey(seal(text, where), where, dataKey)).toBe(text);
      }),
      { numRuns: 1500 },
    );
  });

  test.each([
    ["a leading byte order mark", "\ufeffkey"],
    ["NUL", "\u0000"],
    ["the replacement character itself", "a\ufffdb"],
    ["combining marks, not composed", "Zoe\u0308"],
    ["the last code point", "\u{10ffff}"],
    ["non-characters", "\uffff\ufdd0"],
    ["Latin-1 only", "\u00e9\u00ff\u0080"],
    ["line ends", "\r\n\u2028\u0085"],
    ["65,536 bytes of ASCII", "x".repeat(65_536)],
    ["65,536 bytes of four each", "\u{1f511}".repeat(16_384)],
  ])("%s", (_, text) => {
    expect(openWithDataKey(seal(text), CONTEXT, dataKey)).toBe(text);
  });

  test("in the documented form, of the documented length", () => {
    for (const length of [1, 2, 3, 108, 1000]) {
      const sealed = seal("x".repeat(length));
      expect(sealed).toMatch(new RegExp(`^orc2\\.${dataKey.id}\\.[\\w-]{16}\\.[\\w-]+$`));
      expect(sealed).toHaveLength(55 + Math.ceil(((length + 16) * 4) / 3));
      expect(describeSealed(sealed)).toEqual({ format: "orc2", keyId: dataKey.id });
      expect(isSealed(sealed)).toBe(true);
    }
  });

  test("20,000 sealings of one text have 20,000 different nonces and ciphertexts", () => {
    const parts = Array.from({ length: 20_000 }, () => seal("the same text").split("."));
    expect(new Set(parts.map(([, , nonce]) => nonce)).size).toBe(20_000);
    expect(new Set(parts.map(([, , , body]) => body)).size).toBe(20_000);
  });

  test.each([[""], ["\ud800"], ["a\udc00"], ["x".repeat(65_537)], ["\u{1f511}".repeat(16_384) + "x"]])(
    "what cannot come back is not sealed: %#",
    (text) => {
      expect(refusedAs(() => seal(text))).toBe(BAD_PLAINTEXT);
    },
  );

  test.each(["table", "column", "owner", "purpose"])(
    "a %s that could stand for another is refused",
    (field) => {
      for (const value of ["", "\ud800", "x".repeat(1025), "\u00e9".repeat(513)]) {
        const context = { ...CONTEXT, [field]: value };
        expect(refusedAs(() => seal("x", context))).toBe(BAD_CONTEXT);
        expect(outcome(seal("x"), context)).toBe(BAD_CONTEXT);
      }
    },
  );
});

describe("a changed value is refused", () => {
  test.each([
    ["of 108 characters", SECRET],
    ["with odd bits in its last character", SHORT_SECRET],
  ])("every single bit of the text of a value %s flipped, all 16 of each character", (_, secret) => {
    const sealed = seal(secret);
    const flips: Attempt[] = [];
    for (let at = 0; at < sealed.length; at += 1) {
      for (let bit = 0; bit < 16; bit += 1) {
        const unit = String.fromCharCode(sealed.charCodeAt(at) ^ (1 << bit));
        flips.push(
          attempt(`bit ${bit} of character ${at}`, sealed.slice(0, at) + unit + sealed.slice(at + 1)),
        );
      }
    }
    expect(wrong(flips)).toEqual([]);
    expect(flips).toHaveLength(sealed.length * 16);
    expect(new Set(flips.map(({ refused }) => refused))).toEqual(new Set([FAILED, MALFORMED, UNKNOWN_KEY]));
  });

  test("every single bit of nonce, ciphertext and tag flipped", () => {
    const { keyId, nonce, ciphertext, tag } = parseSealed(seal(SECRET));
    for (const part of [nonce, ciphertext, tag]) {
      for (let bit = 0; bit < part.length * 8; bit += 1) {
        flip(part, bit);
        expect(outcome(assemble(keyId, nonce, ciphertext, tag))).toBe(FAILED);
        flip(part, bit);
      }
    }
    expect(openWithDataKey(assemble(keyId, nonce, ciphertext, tag), CONTEXT, dataKey)).toBe(SECRET);
  });

  test("every truncation, from either end, and every character left out", () => {
    const sealed = seal(SHORT_SECRET);
    const cuts = Array.from(sealed, (_, at) => [
      attempt(`first ${at} kept`, sealed.slice(0, at)),
      attempt(`first ${at + 1} cut`, sealed.slice(at + 1)),
      attempt(`character ${at} left out`, sealed.slice(0, at) + sealed.slice(at + 1)),
    ]).flat();
    expect(wrong(cuts)).toEqual([]);
    expect(cuts).toHaveLength(sealed.length * 3);
  });

  test("every extension by one character, at either end and in every place", () => {
    const sealed = seal(SHORT_SECRET);
    const extensions = Array.from("AQ9-_=+/. \n\t\u0000%\u0141\ufeff", (extra) =>
      Array.from(`${sealed} `, (_, at) =>
        attempt(`${JSON.stringify(extra)} at ${at}`, sealed.slice(0, at) + extra + sealed.slice(at)),
      ),
    ).flat();
    expect(wrong(extensions)).toEqual([]);
    expect(extensions).toHaveLength(16 * (sealed.length + 1));
  });

  test("every other spelling of the same bytes", () => {
    const sealed = seal("two characters of padding"); // 41 bytes: the last character has two bits to spare
    const spellings = [
      `${sealed}=`,
      sealed.replaceAll("-", "+"),
      sealed.replaceAll("_", "/"),
      ...Array.from(
        { length: 3 },
        (_, spare) => sealed.slice(0, -1) + following(sealed.slice(-1), spare + 1),
      ),
      sealed.slice(0, 60) + String.fromCharCode(0x100 + sealed.charCodeAt(60)) + sealed.slice(61),
    ].filter((text) => text !== sealed);
    expect(spellings.length).toBeGreaterThanOrEqual(5);
    expect(spellings.map((text) => outcome(text))).toEqual(spellings.map(() => MALFORMED));
  });

  test("ciphertext shortened or lengthened by any number of bytes under its own tag", () => {
    const { keyId, nonce, ciphertext, tag } = parseSealed(seal(SECRET));
    for (let length = 1; length < ciphertext.length; length += 1) {
      for (const changed of [
        ciphertext.subarray(0, length),
        ciphertext.subarray(length),
        Buffer.concat([ciphertext, Buffer.alloc(length)]),
      ]) {
        expect(outcome(assemble(keyId, nonce, changed, tag))).toBe(FAILED);
      }
    }
  });

  test("what is longer than the longest value is refused", () => {
    const longest = seal("x".repeat(65_536));
    expect(outcome(`${longest}AAAA`)).toBe(MALFORMED);
    expect(outcome(longest.repeat(1000))).toBe(MALFORMED);
  });

  test.each([[undefined], [null], [0], [{}], [Buffer.from("orc2.")]])("what is no text: %j", (value) => {
    // What a JavaScript caller, or a row read without a schema, could pass.
    expect(refusedAs(() => openWithDataKey(value as string, CONTEXT, dataKey))).toBe(MALFORMED);
  });
});

describe("a value moved or put together from others is refused", () => {
  const elsewhere: [string, Partial<SealContext>][] = [
    ["another person's row", { owner: "0d9c2f0a-5a53-4c0b-9d0e-2f6a6f1f7a11" }],
    ["another provider", { purpose: "openai" }],
    ["another column", { column: "label" }],
    ["another table", { table: "project_secrets" }],
    ["the same owner in other letters", { owner: CONTEXT.owner.toUpperCase() }],
    ["the same owner with a trailing space", { owner: `${CONTEXT.owner} ` }],
    ["owner and purpose the other way round", { owner: CONTEXT.purpose, purpose: CONTEXT.owner }],
    ["table and column the other way round", { table: CONTEXT.column, column: CONTEXT.table }],
  ];
  test.each(elsewhere)("%s", (_, change) => {
    expect(outcome(seal(SECRET), { ...CONTEXT, ...change })).toBe(FAILED);
  });

  test("a boundary between fields moved: (ab, c) is not (a, bc)", () => {
    const sealed = seal(SECRET, { ...CONTEXT, owner: "ab", purpose: "c" });
    expect(outcome(sealed, { ...CONTEXT, owner: "a", purpose: "bc" })).toBe(FAILED);
    expect(outcome(sealed, { ...CONTEXT, owner: "abc", purpose: "\u0000" })).toBe(FAILED);
  });

  test("the canonically equal but different spelling of an owner, and Latin-1 that is cut to the same byte", () => {
    const sealed = seal(SECRET, { ...CONTEXT, owner: "Zo\u00eb" });
    expect(outcome(sealed, { ...CONTEXT, owner: "Zoe\u0308" })).toBe(FAILED);
    expect(outcome(sealed, { ...CONTEXT, owner: "Zo\u01eb" })).toBe(FAILED);
  });

  test("under another data key: named, it is another key; renamed, it is not authentic", () => {
    const sealed = seal(SECRET);
    expect(outcome(sealed, CONTEXT, another)).toBe(UNKNOWN_KEY);
    expect(outcome(sealed.replace(dataKey.id, another.id), CONTEXT, another)).toBe(FAILED);
    expect(outcome(sealed.replace(dataKey.id, another.id))).toBe(UNKNOWN_KEY);
    expect(refusal(() => openWithDataKey(sealed, CONTEXT, another))).toMatchObject({ keyId: dataKey.id });
  });

  test("every mixture of header, nonce, ciphertext and tag of two values of the same row", () => {
    const other = SECRET.split("").toReversed().join("");
    const values = [parseSealed(seal(SECRET)), parseSealed(seal(other, CONTEXT, another))] as const;
    const mixtures = Array.from({ length: 16 }, (_, mixture) => {
      const from = (bit: number) => values[(mixture >> bit) & 1 ? 1 : 0];
      return assemble(from(0).keyId, from(1).nonce, from(2).ciphertext, from(3).tag);
    });
    const keyOf = (mixture: number) => (mixture & 1 ? another : dataKey);
    expect(mixtures.map((sealed, at) => at % 15 === 0 || outcome(sealed, CONTEXT, keyOf(at)))).toEqual(
      mixtures.map((_, at) => at % 15 === 0 || FAILED),
    );
    expect(openWithDataKey(mixtures[0] ?? "", CONTEXT, dataKey)).toBe(SECRET); // unmixed
    expect(openWithDataKey(mixtures[15] ?? "", CONTEXT, another)).toBe(other);
  });
});

describe("the formats do not stand in for each other", () => {
  /**
   * A key of the ring with the bytes of the data key, under its id, which is a possible id of a ring key as
   * well.
   */
  const ring = new KeyRing([ringKey(dataKey.id, bytes)]);

  test("a ring key with the bytes and the id of a data key does not open its values, nor the other way round", () => {
    const [orc1, orc2] = [encrypt(SECRET, CONTEXT, ring), seal(SECRET)];
    expect(ring.current.sealing.equals(dataKey.sealing)).toBe(true);
    expect(refusedAs(() => decrypt(orc2, CONTEXT, ring))).toBe(MALFORMED);
    expect(outcome(orc1)).toBe(MALFORMED);
  });

  test("nor after the format's name was exchanged", () => {
    const [orc1, orc2] = [encrypt(SECRET, CONTEXT, ring), seal(SECRET)];
    expect(refusedAs(() => decrypt(orc2.replace("orc2.", "orc1."), CONTEXT, ring))).toBe(FAILED);
    expect(outcome(orc1.replace("orc1.", "orc2."))).toBe(FAILED);
    expect(decrypt(orc1, CONTEXT, ring)).toBe(openWithDataKey(orc2, CONTEXT, dataKey));
  });

  test("a ring whose key id is named by an orc2 value does not take it for a data key's", () => {
    const k1 = new KeyRing([ringKey("k1", bytes)]);
    const sealed = encrypt(SECRET, CONTEXT, k1).replace("orc1.", "orc2.");
    expect(refusedAs(() => decrypt(sealed, CONTEXT, k1))).toBe(MALFORMED);
    expect(outcome(sealed)).toBe(MALFORMED);
  });

  test("the old format is none of a data key", () => {
    expect(outcome(Buffer.alloc(60, 7).toString("base64"))).toBe(MALFORMED);
  });
});

/** The base64url character `by` places further: the same leading bits, different trailing ones. */
function following(character: string, by: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return alphabet.charAt(alphabet.indexOf(character) + by);
}

function flip(part: Buffer, bit: number): void {
  part.writeUInt8(part.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
}
