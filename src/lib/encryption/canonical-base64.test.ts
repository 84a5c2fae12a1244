import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBase64urlInPlace, decodeCanonicalBase64 } from "./canonical-base64";

const alphabets = ["base64", "base64url"] as const;

test.each(alphabets)("%s: the text Buffer writes decodes to the same bytes", (alphabet) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = Buffer.from(bytes).toString(alphabet);
      expect(decodeCanonicalBase64(text, alphabet)?.equals(bytes)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test.each(alphabets)("%s: no two texts decode to the same bytes", (alphabet) => {
  const characters = fc.constantFrom(...Array.from("ABab01+/-_=. \n*\u0141"));
  const decoded = new Map<string, string>();
  fc.assert(
    fc.property(fc.string({ unit: characters, maxLength: 8 }), (text) => {
      const bytes = decodeCanonicalBase64(text, alphabet);
      if (bytes === null) return;
      const hex = bytes.toString("hex");
      expect(decoded.get(hex) ?? text).toBe(text);
      decoded.set(hex, text);
    }),
    { numRuns: 20_000 },
  );
  expect(decoded.size).toBeGreaterThan(50);
});

test.each([
  ["base64", "QUI"],
  ["base64", "QUI=="],
  ["base64", "QUJ="],
  ["base64", "QR=="],
  ["base64", "Q U I="],
  ["base64", "QUI=\n"],
  ["base64", "-_-_"],
  ["base64", "QUJDR"],
  ["base64url", "QUI="],
  ["base64url", "QUJ"],
  ["base64url", "QR"],
  ["base64url", "Q"],
  ["base64url", "+/+/"],
  ["base64url", "QU.I"],
  ["base64url", "\u0151UJD"],
] as const)("%s: %j is another spelling, not the value", (alphabet, text) => {
  expect(decodeCanonicalBase64(text, alphabet)).toBeNull();
});

/** The text inside other bytes, decoded to their start or in place. */
function decodedInPlace(text: string, gap: number): string | null {
  const bytes = Buffer.from(`${"#".repeat(gap)}${text}##`, "utf8");
  const decodedTo = decodeBase64urlInPlace(bytes, gap, bytes.length - 2, 0);
  if (bytes.toString("latin1", bytes.length - 2) !== "##") throw new RangeError("written past the end");
  return decodedTo < 0 ? null : bytes.toString("hex", 0, decodedTo);
}

/** Whether the text is canonical, by both decoders. */
function bothWays(text: string, gap: number): boolean {
  const expected = decodeCanonicalBase64(text, "base64url")?.toString("hex") ?? null;
  const inPlace = decodedInPlace(text, gap);
  if (inPlace !== expected)
    throw new Error(`${JSON.stringify(text)} is ${inPlace} in place, expected ${expected}`);
  return expected !== null;
}

describe("decoding in place says exactly what encoding again and comparing says", () => {
  const gap = fc.nat({ max: 5 });

  test("every text of one, two and three characters that are one byte", () => {
    const units = Array.from({ length: 256 }, (_, unit) => String.fromCharCode(unit));
    const few = units.filter((unit) => /[AQgwBCD_\-+/=.9z\u00c1]/.test(unit));
    const twos = units.flatMap((first) => units.map((second) => first + second));
    const threes = few.flatMap((first) =>
      few.flatMap((second) => units.map((third) => first + second + third)),
    );
    expect(units.filter((text) => bothWays(text, 0))).toEqual([]);
    expect(twos.filter((text) => bothWays(text, 0))).toHaveLength(256);
    expect(threes.filter((text) => bothWays(text, 0)).length).toBeGreaterThan(500);
  });

  test("what Buffer writes, and the same with any one character exchanged", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.nat(),
        fc.string({ unit: "binary", minLength: 1, maxLength: 2 }),
        gap,
        (bytes, at, other, before) => {
          const text = Buffer.from(bytes).toString("base64url");
          expect(bothWays(text, before)).toBe(true);
          const place = at % text.length;
          bothWays(text.slice(0, place) + other + text.slice(place + 1), before);
          bothWays(text.slice(0, place), before);
          bothWays(text.slice(0, place) + text.slice(place + 1), before);
        },
      ),
      { numRuns: 5000 },
    );
  });

  test("texts of the alphabet, of its neighbours and of all Unicode", () => {
    const likely = fc.constantFrom(...Array.from("ABQRgwxyz0189-_-_+/=. \n*\u0000\u00c1\u0141\ud83d\udd11"));
    const texts = fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9_-]{0,40}$/),
      fc.string({ unit: likely, maxLength: 24 }),
      fc.string({ unit: "binary", maxLength: 24 }),
    );
    let canonical = 0;
    fc.assert(
      fc.property(texts, gap, (text, before) => {
        if (bothWays(text, before)) canonical += 1;
      }),
      { numRuns: 20_000 },
    );
    expect(canonical).toBeGreaterThan(1000);
  });
});
