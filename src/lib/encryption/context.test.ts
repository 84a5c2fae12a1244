import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { additionalData, MAX_CONTEXT_FIELD_BYTES, type SealContext } from "./context";
import { decrypt } from "./open";
import { encrypt } from "./seal";
import { BAD_CONTEXT, CONTEXT, refusal, refusedAs, ringOf, SECRET } from "./test-support";

const field = fc.string({ unit: "binary", minLength: 1, maxLength: 300 });
const anyContext = fc.record({ table: field, column: field, owner: field, purpose: field });

test("the bytes are those the format documents", () => {
  const bytes = additionalData("orc1", "k1", {
    table: "t",
    column: "ab",
    owner: "\u00fc",
    purpose: "\u{1F511}",
  });
  const expected =
    "00000004 6f726331 00000002 6b31 00000001 74 00000002 6162 00000002 c3bc 00000004 f09f9491";
  expect(bytes.toString("hex")).toBe(expected.replaceAll(" ", ""));
});

test("two different contexts never give the same bytes: they can be taken apart again", () => {
  fc.assert(
    fc.property(anyContext, (context) => {
      const bytes = additionalData("orc1", "k1", context);
      const fields: string[] = [];
      for (let at = 0; at < bytes.length; ) {
        const length = bytes.readUInt32BE(at);
        fields.push(bytes.toString("utf8", at + 4, at + 4 + length));
        at += 4 + length;
      }
      expect(fields).toEqual(["orc1", "k1", context.table, context.column, context.owner, context.purpose]);
    }),
    { numRuns: 2000 },
  );
});

describe("a context that could be mistaken for another is refused, at sealing and at opening", () => {
  const ring = ringOf("k1");
  const sealed = encrypt(SECRET, CONTEXT, ring);
  const names: (keyof SealContext)[] = ["table", "column", "owner", "purpose"];
  const bad: [string, unknown][] = [
    ["empty", ""],
    ["a lone surrogate", "\ud800"],
    ["1,025 bytes", "x".repeat(MAX_CONTEXT_FIELD_BYTES + 1)],
    ["1,026 bytes in 513 characters", "\u00fc".repeat(513)],
    ["missing", undefined],
    ["null", null],
    ["a number", 7],
  ];
  const cases = names.flatMap((name) => bad.map(([what, value]) => [name, what, value] as const));

  test.each(cases)("%s: %s", (name, _, value) => {
    const context = { ...CONTEXT, [name]: value };
    expect(refusedAs(() => encrypt(SECRET, context, ring))).toBe(BAD_CONTEXT);
    expect(refusedAs(() => decrypt(sealed, context, ring))).toBe(BAD_CONTEXT);
    expect(refusal(() => encrypt(SECRET, context, ring)).message).toContain(`"${name}"`);
  });

  test("1,024 bytes are allowed, in few characters or many", () => {
    for (const owner of ["x".repeat(1024), "\u00fc".repeat(512), "\u{1F511}".repeat(256)]) {
      const context = { ...CONTEXT, owner };
      expect(decrypt(encrypt(SECRET, context, ring), context, ring)).toBe(SECRET);
    }
  });
});
