import * as fc from "fast-check";
import { expect, test } from "vitest";
import { lengthPrefixed } from "./length-prefixed";

/** The definition, field by field. */
function byDefinition(fields: readonly string[]): string {
  return fields
    .map((field) => {
      const text = Buffer.from(field, "utf8").toString("hex");
      return (text.length / 2).toString(16).padStart(8, "0") + text;
    })
    .join("");
}

test("ASCII, other one-byte characters and all Unicode give the bytes of the definition", () => {
  const field = fc.oneof(
    fc.string({ unit: "binary-ascii", maxLength: 300 }),
    fc.string({ unit: fc.constantFrom("a", "\u007f", "\u0080", "\u00ff", "\u0100"), maxLength: 5 }),
    fc.string({ unit: "binary", maxLength: 300 }),
  );
  fc.assert(
    fc.property(fc.array(field, { maxLength: 6 }), (fields) => {
      expect(lengthPrefixed(fields).toString("hex")).toBe(byDefinition(fields));
    }),
    { numRuns: 3000 },
  );
});

test("lengths of more than one and two bytes", () => {
  const fields = ["", "a".repeat(255), "b".repeat(256), "c".repeat(65_536), "\u00e9".repeat(40_000)];
  expect(lengthPrefixed(fields.slice(0, 4)).toString("hex")).toBe(byDefinition(fields.slice(0, 4)));
  expect(lengthPrefixed(fields).toString("hex")).toBe(byDefinition(fields));
});
