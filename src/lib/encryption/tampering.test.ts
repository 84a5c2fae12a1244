import { describe, expect, test } from "vitest";
import type { SealContext } from "./context";
import { KeyRing } from "./key-ring";
import { decrypt } from "./open";
import { encrypt } from "./seal";
import { parseSealed } from "./sealed-format";
import { CONTEXT, FAILED, MALFORMED, refusedAs, ringOf, SECRET, UNKNOWN_KEY } from "./test-support";

const ring = ringOf("k2", "k1");
const k1Ring = ringOf("k1");
/** 33 bytes of text and a tag of 16 leave odd bits in the last character, so that those are attacked too. */
const SHORT_SECRET = SECRET.slice(0, 33);

const open = (sealed: string, context: SealContext = CONTEXT) => decrypt(sealed, context, ring);
const outcome = (sealed: string, context?: SealContext) => refusedAs(() => open(sealed, context));

/**
 * What a changed text must be refused as, decided by a description of the format that shares no code with
 * ours.
 */
function expectedRefusal(changed: string): string {
  // A tail without dots, hyphens and underscores has the form of the old format (33 bytes or more), so a key
  // is tried.
  if (/^(?:[A-Za-z0-9+/]{4}){11,}$/.test(changed) && !changed.endsWith("\n")) return FAILED;
  const form = /^orc1\.(?<keyId>[a-z0-9_-]{1,32})\.[A-Za-z0-9_-]{16}\.(?<body>[A-Za-z0-9_-]{23,})$/.exec(
    changed,
  );
  if (form?.groups === undefined || changed.endsWith("\n")) return MALFORMED;
  const { keyId = "", body = "" } = form.groups;
  // RFC 4648, 3.5: with one or two bytes left over, only these last characters leave no bits behind.
  const lastCharacters = [body.slice(-1), "", "AQgw", "AEIMQUYcgkosw048"][body.length % 4] ?? "";
  if (!lastCharacters.includes(body.slice(-1))) return MALFORMED;
  return keyId === "k1" || keyId === "k2" ? FAILED : UNKNOWN_KEY;
}

interface Attempt {
  what: string;
  refused: string;
  expected: string;
}

function attempt(what: string, changed: string): Attempt {
  return { what, refused: outcome(changed), expected: expectedRefusal(changed) };
}

function parts(sealed: string): { keyId: string; nonce: Buffer; ciphertext: Buffer; tag: Buffer } {
  return parseSealed(sealed);
}

function assemble(keyId: string, nonce: Buffer, ciphertext: Buffer, tag: Buffer): string {
  return `orc1.${keyId}.${nonce.toString("base64url")}.${Buffer.concat([ciphertext, tag]).toString("base64url")}`;
}

describe("a changed value is refused", () => {
  test.each([
    ["of 108 characters", SECRET],
    ["with odd bits in its last character", SHORT_SECRET],
  ])("every single bit of the text of a value %s flipped, all 16 of each character", (_, secret) => {
    const sealed = encrypt(secret, CONTEXT, k1Ring);
    const flips: Attempt[] = [];
    for (let at = 0; at < sealed.length; at += 1) {
      for (let bit = 0; bit < 16; bit += 1) {
        const unit = String.fromCharCode(sealed.charCodeAt(at) ^ (1 << bit));
        flips.push(
          attempt(`bit ${bit} of character ${at}`, sealed.slice(0, at) + unit + sealed.slice(at + 1)),
        );
      }
    }
    expect(flips.filter(({ refused, expected }) => refused !== expected)).toEqual([]);
    expect(flips).toHaveLength(sealed.length * 16);
    expect(new Set(flips.map(({ refused }) => refused))).toEqual(new Set([FAILED, MALFORMED, UNKNOWN_KEY]));
  });

  test("every single bit of nonce, ciphertext and tag flipped", () => {
    const { keyId, nonce, ciphertext, tag } = parts(encrypt(SECRET, CONTEXT, k1Ring));
    for (const bytes of [nonce, ciphertext, tag]) {
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        flip(bytes, bit);
        expect(outcome(assemble(keyId, nonce, ciphertext, tag)), `bit ${bit} of ${bytes.length} bytes`).toBe(
          FAILED,
        );
        flip(bytes, bit);
      }
    }
    expect(open(assemble(keyId, nonce, ciphertext, tag))).toBe(SECRET); // all bits are back: the loop changed what it meant to
  });

  test("every truncation, from either end, and every character left out", () => {
    const sealed = encrypt(SHORT_SECRET, CONTEXT, k1Ring);
    const cuts = Array.from(sealed, (_, at) => [
      attempt(`first ${at} kept`, sealed.slice(0, at)),
      attempt(`first ${at + 1} cut`, sealed.slice(at + 1)),
      attempt(`character ${at} left out`, sealed.slice(0, at) + sealed.slice(at + 1)),
    ]).flat();
    expect(cuts.filter(({ refused, expected }) => refused !== expected)).toEqual([]);
    expect(cuts).toHaveLength(sealed.length * 3);
  });

  test("every extension by one character, at either end and in every place", () => {
    const sealed = encrypt(SHORT_SECRET, CONTEXT, k1Ring);
    const extensions = Array.from("AQ9-_=+/. \n\t\u0000%\u0141\ufeff", (extra) =>
      Array.from(`${sealed} `, (_, at) =>
        attempt(`${JSON.stringify(extra)} at ${at}`, sealed.slice(0, at) + extra + sealed.slice(at)),
      ),
    ).flat();
    expect(extensions.filter(({ refused, expected }) => refused !== expected)).toEqual([]);
    expect(extensions).toHaveLength(16 * (sealed.length + 1));
  });

  test("ciphertext shortened or lengthened by any number of bytes under its own tag", () => {
    const { keyId, nonce, ciphertext, tag } = parts(encrypt(SECRET, CONTEXT, k1Ring));
    for (let length = 1; length < ciphertext.length; length += 1) {
      expect(outcome(assemble(keyId, nonce, ciphertext.subarray(0, length), tag))).toBe(FAILED);
      expect(outcome(assemble(keyId, nonce, ciphertext.subarray(length), tag))).toBe(FAILED);
      expect(outcome(assemble(keyId, nonce, Buffer.concat([ciphertext, Buffer.alloc(length)]), tag))).toBe(
        FAILED,
      );
    }
  });

  test.each([0, 1, 4, 8, 12, 13, 14, 15])("a tag cut to its first %i bytes", (length) => {
    const { keyId, nonce, ciphertext, tag } = parts(encrypt(SECRET, CONTEXT, k1Ring));
    expect(outcome(assemble(keyId, nonce, ciphertext, tag.subarray(0, length)))).toBe(FAILED);
    // The plan's code accepts this one: no ciphertext, and a tag short enough to guess.
    expect(outcome(assemble(keyId, nonce, Buffer.alloc(0), tag.subarray(0, length)))).toBe(MALFORMED);
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
    const sealed = encrypt(SECRET, CONTEXT, ring);
    expect(outcome(sealed, { ...CONTEXT, ...change })).toBe(FAILED);
  });

  test("a boundary between fields moved: (ab, c) is not (a, bc)", () => {
    const sealed = encrypt(SECRET, { ...CONTEXT, owner: "ab", purpose: "c" }, ring);
    expect(outcome(sealed, { ...CONTEXT, owner: "a", purpose: "bc" })).toBe(FAILED);
    expect(outcome(sealed, { ...CONTEXT, owner: "abc", purpose: "\u0000" })).toBe(FAILED);
  });

  test("the canonically equal but different spelling of an owner", () => {
    const sealed = encrypt(SECRET, { ...CONTEXT, owner: "Zo\u00eb" }, ring);
    expect(outcome(sealed, { ...CONTEXT, owner: "Zoe\u0308" })).toBe(FAILED);
  });

  test("the other key's id put on a value, both keys in the ring", () => {
    const sealed = encrypt(SECRET, CONTEXT, k1Ring);
    expect(outcome(sealed.replace("orc1.k1.", "orc1.k2."))).toBe(FAILED);
    expect(outcome(sealed.replace("orc1.k1.", "orc1.k3."))).toBe(UNKNOWN_KEY);
  });

  test("the key id is authenticated too: the same key under another id does not open the value", () => {
    const sealed = encrypt(SECRET, CONTEXT, k1Ring);
    const renamed = new KeyRing([{ ...k1Ring.current, id: "renamed" }]);
    expect(refusedAs(() => decrypt(sealed.replace("orc1.k1.", "orc1.renamed."), CONTEXT, renamed))).toBe(
      FAILED,
    );
  });

  test("every mixture of header, nonce, ciphertext and tag of two values of the same row", () => {
    const other = SECRET.split("").toReversed().join("");
    const values = [parts(encrypt(SECRET, CONTEXT, ring)), parts(encrypt(other, CONTEXT, k1Ring))] as const;
    const mixtures = Array.from({ length: 16 }, (_, mixture) => {
      const from = (bit: number) => values[(mixture >> bit) & 1 ? 1 : 0];
      return assemble(from(0).keyId, from(1).nonce, from(2).ciphertext, from(3).tag);
    });
    expect(mixtures.slice(1, -1).map((sealed) => outcome(sealed))).toEqual(
      Array.from({ length: 14 }, () => FAILED),
    );
    expect([mixtures.at(0), mixtures.at(-1)].map((sealed = "") => open(sealed))).toEqual([SECRET, other]); // unmixed
  });
});

describe("wrong ring", () => {
  test("another deployment's key under the same id", () => {
    const sealed = encrypt(SECRET, CONTEXT, k1Ring);
    const foreign = new KeyRing([{ ...ringOf("another-k1").current, id: "k1" }]);
    expect(refusedAs(() => decrypt(sealed, CONTEXT, foreign))).toBe(FAILED);
  });
});

function flip(bytes: Buffer, bit: number): void {
  bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
}
