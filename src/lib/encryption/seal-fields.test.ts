import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SealContext } from "./context";
import { isSealed } from "./describe-sealed";
import { decrypt } from "./open";
import { encrypt } from "./seal";
import { type FieldCipher, openFields, sealFields } from "./seal-fields";
import type { JsonObject, JsonValue } from "./seal-fields-document";
import { BAD_CONTEXT, BAD_PLAINTEXT, FAILED, refusal, refusedAs, ringOf, SECRET } from "./test-support";

const ring = ringOf("k1");
const cipher: FieldCipher = {
  seal: (text, context) => encrypt(text, context, ring),
  open: (sealed, context) => decrypt(sealed, context, ring),
};
const CONTEXT: SealContext = {
  table: "integrations",
  column: "settings",
  owner: "5f0c1d5e-5a53-4c0b-9d0e-2f6a6f1f7a11",
  purpose: "google",
};

const BAD_PATH = "FieldPathInvalid:field_path_invalid";
const SEALED_ALREADY = "FieldAlreadySealed:field_already_sealed";
const NOT_SEALED = "FieldNotSealed:field_not_sealed";
const BAD_DOCUMENT = "InvalidDocument:document_invalid";

const seal = (value: unknown, paths: readonly string[], context = CONTEXT) =>
  sealFields(value, paths, context, cipher);
const open = (value: unknown, paths: readonly string[], context = CONTEXT) =>
  openFields(value, paths, context, cipher);

/** A value inside a stored document, accessed as an attacker with database access would. */
function at(document: JsonValue, ...steps: (string | number)[]): JsonValue {
  return steps.reduce<JsonValue>((value, step) => (value as JsonObject)[step] as JsonValue, document);
}

const PERSON = {
  name: "Zoë",
  tax: { number: "12 345 678", country: "DE" },
  accounts: [
    { iban: "DE02 1203 0000 0000 2020 51", balance: 12.5 },
    { iban: "DE02 5001 0517 0137 0750 30", balance: -3 },
  ],
  flags: { verified: true, note: null },
};
const PERSON_PATHS = ["/tax/number", "/accounts/*/iban", "/accounts/*/balance", "/flags/*"];

describe("fields are sealed and come back", () => {
  test("the fields are sealed values, the rest stays readable, and types come back", () => {
    const stored = seal(PERSON, PERSON_PATHS);
    expect(at(stored, "name")).toBe("Zoë");
    expect(at(stored, "tax", "country")).toBe("DE");
    const sealed = [
      at(stored, "tax", "number"),
      at(stored, "accounts", 0, "iban"),
      at(stored, "accounts", 1, "balance"),
      at(stored, "flags", "verified"),
      at(stored, "flags", "note"),
    ];
    expect(sealed.map(isSealed)).toEqual([true, true, true, true, true]);
    expect(open(JSON.parse(JSON.stringify(stored)), PERSON_PATHS)).toEqual(PERSON);
  });

  test("each field is sealed for purpose and pointer, so encrypt and decrypt can read and write one alone", () => {
    const stored = seal(PERSON, ["/accounts/*/iban"]);
    const purpose = "google/accounts/1/iban";
    const iban = at(stored, "accounts", 1, "iban") as string;
    expect(decrypt(iban, { ...CONTEXT, purpose }, ring)).toBe(PERSON.accounts[1]?.iban);
  });

  test("the document given is not changed and shares nothing with the result", () => {
    const before = structuredClone(PERSON);
    const stored = seal(PERSON, PERSON_PATHS);
    expect(PERSON).toEqual(before);
    expect(at(stored, "tax")).not.toBe(PERSON.tax);
    const storedBefore = structuredClone(stored);
    open(stored, PERSON_PATHS);
    expect(stored).toEqual(storedBefore);
  });

  const values: [string, JsonValue][] = [
    ["an empty string", ""],
    ["a string that looks like JSON", '{"admin":true}'],
    ["a string that looks like a number", "12"],
    ["a string that begins with the marker of JSON", '\0json:{"admin":true}'],
    ["a lone surrogate", "\ud800"],
    ["a byte order mark", "\ufeffx"],
    ["zero", 0],
    ["null", null],
    ["false", false],
    ["an empty array", []],
    ["an object", { deep: [{ er: "x" }, 1.5e300, true] }],
  ];
  test.each(values)("%s keeps its value and type", (_, value) => {
    expect(open(seal({ value }, ["/value"]), ["/value"])).toEqual({ value });
  });

  test("any JSON document, with any of its members sealed", () => {
    const name = fc.oneof(
      fc.constantFrom("a", "b/c", "~", "~1", "*", "0", "", "__proto__", "constructor", "toString"),
      fc.string({ maxLength: 8, unit: "grapheme" }),
    );
    const document = fc.tuple(
      fc.dictionary(name, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 }),
      fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 4 }),
    );
    fc.assert(
      fc.property(document, fc.constantFrom("/0/*", "/1/*", "/*", "/*/*"), (parts, path) => {
        const json = JSON.stringify(parts);
        const stored = seal(JSON.parse(json), [path]);
        expect(JSON.stringify(open(JSON.parse(JSON.stringify(stored)), [path]))).toBe(json);
      }),
      { numRuns: 150 },
    );
  });

  test("members that are undefined are left out, as in JSON", () => {
    expect(open(seal({ a: "x", b: undefined }, ["/a"]), ["/a"])).toEqual({ a: "x" });
  });
});

describe("somebody who can write the stored document", () => {
  const paths = ["/a", "/b", "/list/*", "/nested/a"];
  const stored = seal({ a: "one", b: "two", list: ["x", "y"], nested: { a: "three" } }, paths);
  const attack = (change: (copy: JsonObject) => void) => {
    const copy = structuredClone(stored) as JsonObject;
    change(copy);
    return refusedAs(() => open(copy, paths));
  };

  test("unchanged it opens", () => {
    expect(open(stored, paths)).toEqual({ a: "one", b: "two", list: ["x", "y"], nested: { a: "three" } });
  });

  test("swaps two fields", () => {
    expect(
      attack((copy) => {
        [copy.a, copy.b] = [at(stored, "b"), at(stored, "a")];
      }),
    ).toBe(FAILED);
  });

  test("copies a field over another of the same name at another level", () => {
    expect(attack((copy) => (copy.a = at(stored, "nested", "a")))).toBe(FAILED);
  });

  test("reorders a list", () => {
    expect(attack((copy) => (copy.list = [at(stored, "list", 1), at(stored, "list", 0)]))).toBe(FAILED);
  });

  test("inserts before or removes from the front of a list", () => {
    expect(attack((copy) => (copy.list = [at(stored, "list", 1)]))).toBe(FAILED);
    expect(attack((copy) => (copy.list = [at(stored, "list", 0), at(stored, "list", 0)]))).toBe(FAILED);
  });

  test("puts a plain value where a sealed one was, of any type", () => {
    for (const plain of ["two", "", 2, null, true, [], {}, "orc1.k1.short", "b3JjMQ=="]) {
      expect(attack((copy) => (copy.b = plain))).toBe(NOT_SEALED);
    }
  });

  test("puts a value of the old format there, which would open anywhere", () => {
    expect(attack((copy) => (copy.b = Buffer.alloc(40, 7).toString("base64")))).toBe(NOT_SEALED);
  });

  test("removes a field", () => {
    expect(attack((copy) => delete copy.b)).toBe(BAD_PATH);
  });

  test("replaces a container by a text, a number or null", () => {
    for (const plain of ["text", 1, null]) expect(attack((copy) => (copy.nested = plain))).toBe(BAD_PATH);
  });

  test("takes the document of another owner, column or purpose", () => {
    for (const change of [{ owner: "another" }, { column: "other" }, { table: "t" }, { purpose: "github" }]) {
      expect(refusedAs(() => open(stored, paths, { ...CONTEXT, ...change }))).toBe(FAILED);
    }
  });

  test("cannot turn a string into an object: the type is inside what is sealed", () => {
    const chosen = seal({ role: '{"admin":true}' }, ["/role"]);
    expect(open(chosen, ["/role"])).toEqual({ role: '{"admin":true}' });
    // Nor does a sealed JSON value equal a string of the same spelling.
    const object = seal({ role: { admin: true } }, ["/role"]);
    expect(decrypt(at(object, "role") as string, { ...CONTEXT, purpose: "google/role" }, ring)).not.toBe(
      '{"admin":true}',
    );
  });

  test("puts a value sealed for the purpose alone into the document, or the other way round", () => {
    const alone = encrypt("token", CONTEXT, ring);
    expect(attack((copy) => (copy.a = alone))).toBe(FAILED);
    expect(refusedAs(() => decrypt(at(stored, "a") as string, CONTEXT, ring))).toBe(FAILED);
  });

  test("names with / and ~ are not confused with levels", () => {
    const slash = seal({ "a/b": "x", a: { b: "y" }, "~1": "z", "/": "w" }, ["/a~1b", "/a/b", "/~01", "/~1"]);
    const swapped = { ...(slash as JsonObject), "a/b": at(slash, "a", "b") };
    expect(refusedAs(() => open(swapped, ["/a~1b"]))).toBe(FAILED);
    const other = { ...(slash as JsonObject), "~1": at(slash, "/") };
    expect(refusedAs(() => open(other, ["/~01"]))).toBe(FAILED);
  });

  test("a text under the marker that is not JSON was not written by sealFields", () => {
    const forged = encrypt("\0json:{", { ...CONTEXT, purpose: "google/a" }, ring);
    expect(refusedAs(() => open({ a: forged }, ["/a"]))).toBe(FAILED);
  });
});

describe("sealing twice", () => {
  test("is refused, and nothing of the document is sealed", () => {
    const stored = seal({ a: "x", b: "y" }, ["/a"]);
    expect(refusedAs(() => seal(stored, ["/a"]))).toBe(SEALED_ALREADY);
    expect(refusedAs(() => seal(stored, ["/*"]))).toBe(SEALED_ALREADY);
  });

  test("a text that only resembles a sealed value is sealed like any other", () => {
    expect(open(seal({ a: "orc1.hello" }, ["/a"]), ["/a"])).toEqual({ a: "orc1.hello" });
  });
});

describe("paths", () => {
  const document = { a: "x", list: ["x"], none: null, "*": "star", "really?": "q" };
  const wrong: [string, string[]][] = [
    ["a member that is missing", ["/b"]],
    ["a member below a missing one", ["/b/c"]],
    ["a member of a text", ["/a/b"]],
    ["a member of a text, optional", ["/a/b?"]],
    ["a member of null", ["/none/b"]],
    ["every member of null", ["/none/*"]],
    ["an index past the end", ["/list/1"]],
    ["the place after the end", ["/list/-"]],
    ["the place after the end, optional", ["/list/-?"]],
    ["an index with a leading zero", ["/list/00"]],
    ["a name in a list", ["/list/length"]],
    ["a name in a list, optional", ["/list/length?"]],
    ["the whole document", [""]],
    ["the whole document, optional", ["?"]],
    ["no pointer", ["a"]],
    ["a broken escape", ["/a~2"]],
    ["a broken escape at the end", ["/a~"]],
    ["the same field twice", ["/a", "/a"]],
    ["the same field by name and by *", ["/list/*", "/list/0"]],
    ["a field inside another", ["/list", "/list/0"]],
    ["a field inside another, the other way round", ["/list/0", "/list"]],
    ["what every object inherits", ["/toString"]],
    ["the constructor", ["/constructor/prototype/x"]],
    ["the prototype", ["/__proto__/x"]],
    ["a very long path", [`/${"a".repeat(2000)}`]],
    ["a very deep path", ["/a".repeat(65)]],
  ];
  test.each(wrong)("%s: %j is refused", (_, paths) => {
    expect(refusedAs(() => seal(document, paths))).toBe(BAD_PATH);
    expect(refusedAs(() => open(document, paths))).toBe(BAD_PATH);
  });

  test("a path with ? may lead to nothing, and is sealed where it leads to something", () => {
    const paths = ["/b?", "/b/c?", "/none/b?", "/list/7?", "/a?"];
    const stored = seal(document, paths);
    expect(isSealed(at(stored, "a"))).toBe(true);
    expect({ ...(stored as JsonObject), a: "x" }).toEqual(document);
    expect(open(stored, paths)).toEqual(document);
  });

  test("a list or object without members has no fields", () => {
    expect(seal({ list: [], object: {} }, ["/list/*", "/object/*/a"])).toEqual({ list: [], object: {} });
  });

  test("in a list of objects a missing member is an error, unless optional", () => {
    const people = [{ tax: "1" }, {}];
    expect(refusedAs(() => seal(people, ["/*/tax"]))).toBe(BAD_PATH);
    expect(open(seal(people, ["/*/tax?"]), ["/*/tax?"])).toEqual(people);
  });

  test("a member named * is reached by *, and one that ends in ? with a second ?", () => {
    expect(open(seal({ "*": "x" }, ["/*"]), ["/*"])).toEqual({ "*": "x" });
    expect(isSealed(at(seal(document, ["/really??"]), "really?"))).toBe(true);
  });

  test("no message repeats a name or value of the document", () => {
    const secretive = { people: { [SECRET]: { mail: SECRET } } };
    const errors = [
      refusal(() => seal(secretive, ["/people/*/mail/x"])),
      refusal(() => seal(secretive, ["/people/*/phone"])),
      refusal(() => open(secretive, ["/people/*/mail"])),
      refusal(() => seal(seal(secretive, ["/people/*/mail"]), ["/people/*/mail"])),
      refusal(() => seal({ [SECRET]: SECRET, at: new Date() }, ["/at"])),
    ];
    expect(errors.map((error) => JSON.stringify(error) + String(error.stack)).join("\n")).not.toContain(
      SECRET.slice(0, 12),
    );
  });
});

describe("prototypes", () => {
  test("a member named __proto__ is a member like any other, sealed or not", () => {
    const json = '{"__proto__":{"polluted":"x"},"constructor":{"prototype":{"polluted":"y"}}}';
    const paths = ["/__proto__/polluted", "/constructor/prototype/polluted"];
    const stored = seal(JSON.parse(json), paths);
    expect(Object.getPrototypeOf(stored)).toBe(Object.prototype);
    expect(Object.keys(stored as JsonObject)).toEqual(["__proto__", "constructor"]);
    expect(JSON.stringify(open(JSON.parse(JSON.stringify(stored)), paths))).toBe(json);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("a whole member named __proto__ is replaced, not assigned", () => {
    const stored = seal(JSON.parse('{"__proto__":"x"}'), ["/__proto__"]);
    expect(Object.getPrototypeOf(stored)).toBe(Object.prototype);
    expect(JSON.stringify(open(stored, ["/__proto__"]))).toBe('{"__proto__":"x"}');
  });

  test("a sealed value that holds __proto__ opens to an own member", () => {
    const opened = open(seal({ a: JSON.parse('{"__proto__":{"polluted":1}}') }, ["/a"]), ["/a"]);
    expect(Object.keys(at(opened, "a") as JsonObject)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("limits", () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const nested = (levels: number): JsonValue => (levels === 0 ? "x" : { a: nested(levels - 1) });

  const refused: [string, unknown][] = [
    ["a date", { a: "x", at: new Date(0) }],
    ["a class instance", { a: "x", url: new URL("https://example.com") }],
    ["a map", { a: "x", map: new Map() }],
    ["a function", { a: "x", toJSON: () => ({}) }],
    ["NaN", { a: "x", n: Number.NaN }],
    ["a bigint", { a: "x", n: 1n }],
    ["a hole", { a: "x", list: Array.from({ length: 2 }) }],
    ["undefined", undefined],
    ["a document that contains itself", circular],
    ["65 levels", nested(65)],
    ["too many values", { a: "x", list: Array.from({ length: 100_000 }, () => 0) }],
    ["too much text", { a: "x", text: "x".repeat(8 * 1024 * 1024) }],
  ];
  test.each(refused)("%s is refused", (_, document) => {
    expect(refusedAs(() => seal(document, ["/a"]))).toBe(BAD_DOCUMENT);
    expect(refusedAs(() => open(document, ["/a"]))).toBe(BAD_DOCUMENT);
  });

  test("64 levels are sealed and opened", () => {
    const path = "/a".repeat(64);
    expect(open(seal(nested(64), [path]), [path])).toEqual(nested(64));
  });

  test("1,000 fields are sealed, 1,001 are not", () => {
    expect(
      open(
        seal(
          Array.from({ length: 1000 }, (_, i) => i),
          ["/*"],
        ),
        ["/*"],
      ),
    ).toHaveLength(1000);
    expect(
      refusedAs(() =>
        seal(
          Array.from({ length: 1001 }, () => "x"),
          ["/*"],
        ),
      ),
    ).toBe(BAD_DOCUMENT);
    expect(
      refusedAs(() =>
        seal(
          {},
          Array.from({ length: 101 }, (_, i) => `/${i}?`),
        ),
      ),
    ).toBe(BAD_DOCUMENT);
  });

  test("what would be too large to be opened again is not sealed", () => {
    const document = { a: "x".repeat(60_000), text: "x".repeat(8 * 1024 * 1024 - 70_000) };
    expect(refusedAs(() => seal(document, ["/a"]))).toBe(BAD_DOCUMENT);
  });

  test("a field longer than a sealed value can be", () => {
    expect(refusedAs(() => seal({ a: "x".repeat(65_537) }, ["/a"]))).toBe(BAD_PLAINTEXT);
  });

  test("a place longer than a context can be, or with broken Unicode in its name", () => {
    expect(refusedAs(() => seal({ ["a".repeat(1100)]: "x" }, ["/*"]))).toBe(BAD_CONTEXT);
    expect(refusedAs(() => seal({ "\ud800": "x" }, ["/*"]))).toBe(BAD_CONTEXT);
  });

  test("a purpose that could be mistaken for a part of the place", () => {
    for (const purpose of ["", "google/tokens", "/"]) {
      expect(refusedAs(() => seal({ a: "x" }, ["/a"], { ...CONTEXT, purpose }))).toBe(BAD_CONTEXT);
      expect(refusedAs(() => open({ a: "x" }, ["/a"], { ...CONTEXT, purpose }))).toBe(BAD_CONTEXT);
    }
  });

  test("a cipher that does not seal is a programmer's mistake, not a stored plaintext", () => {
    expect(() => sealFields({ a: "x" }, ["/a"], CONTEXT, { ...cipher, seal: (text) => text })).toThrow(
      TypeError,
    );
  });
});
