import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "./canonical-json";

describe("canonical JSON", () => {
  test.each([
    ['{"b": 1, "a": [true, null, "x"]}', '{"a":[true,null,"x"],"b":1}'],
    // Names that look like array indexes, which JavaScript would put first.
    ['{"b": 1, "10": 2, "9": 3}', '{"10":2,"9":3,"b":1}'],
    // By UTF-16 code units: the half of a surrogate pair comes before U+FB33 (RFC 8785, section 3.2.3).
    ['{"\ufb33": 1, "\u{1f600}": 2, "\u00f6": 3}', '{"\u00f6":3,"\u{1f600}":2,"\ufb33":1}'],
    ['{"__proto__": {"b": 1, "a": 2}}', '{"__proto__":{"a":2,"b":1}}'],
    ['"\\u0061\\/\\u001f"', '"a/\\u001f"'],
    ["[]", "[]"],
    ["null", "null"],
  ])("of %s", (text, canonical) => {
    expect(canonicalJson(text)).toBe(canonical);
  });

  test.each(["1", "1.0", "0.10", "-0", "12345678901234567890", "1.00000000000000000001"])(
    "keeps every digit of %s",
    (number) => {
      expect(canonicalJson(`{"n": ${number}}`)).toBe(`{"n":${number}}`);
    },
  );

  test("does not depend on the order of names or on white space, and says the same", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(8), (fields, indent) => {
        const turned = Object.fromEntries(Object.entries(fields).toReversed());
        const canonical = canonicalJson(JSON.stringify(fields));
        expect(canonicalJson(JSON.stringify(turned, null, indent))).toBe(canonical);
        expect(JSON.parse(canonical)).toEqual(JSON.parse(JSON.stringify(fields)));
      }),
    );
  });
});
