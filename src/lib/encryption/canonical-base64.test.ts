import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decodeCanonicalBase64 } from "./canonical-base64";

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
