import { describe, expect, test } from "vitest";
import { decrypt, openSealed } from "./open";
import { parseKeyRing } from "./parse-key-ring";
import { BAD_CONFIG, refusal, refusedAs, ringOfVectorKeys } from "./test-support";
import legacy from "./vectors/legacy.json" with { type: "json" };
import orc1 from "./vectors/orc1.json" with { type: "json" };

/*
 * Values frozen from an independent implementation. A release that cannot open them cannot open what is in its users'
 * databases, whatever its own round trips say.
 */

describe("frozen values of format orc1 open", () => {
  test.each(orc1.opens)("$name", ({ ring, context, sealed, text }) => {
    const keys = ringOfVectorKeys(ring, orc1.keys);
    expect(openSealed(sealed, context, keys)).toEqual({
      text,
      keyId: keys.currentId,
      format: "orc1",
      stale: false,
    });
  });
});

describe("frozen values of format orc1 are refused", () => {
  test.each(orc1.refused)("$name", ({ ring, context, sealed, code }) => {
    expect(refusal(() => decrypt(sealed, context, ringOfVectorKeys(ring, orc1.keys))).code).toBe(code);
  });
});

describe("frozen values of the old format open", () => {
  test.each(legacy.opens)("$name", ({ key, sealed, text }) => {
    const context = { table: "any", column: "any", owner: "any", purpose: "any" };
    const opened = openSealed(sealed, context, ringOfVectorKeys(["k1", "k2"], legacy.keys));
    expect(opened).toEqual({ text, keyId: key, format: "legacy", stale: true });
  });
});

describe("frozen values of the old format are refused", () => {
  test.each(legacy.refused)("$name", ({ sealed, code }) => {
    const context = { table: "any", column: "any", owner: "any", purpose: "any" };
    expect(refusal(() => decrypt(sealed, context, ringOfVectorKeys(["k1", "k2"], legacy.keys))).code).toBe(
      code,
    );
  });
});

test("the vectors' keys, which everybody can read here, are refused as keys of a deployment", () => {
  for (const key of [...Object.values(orc1.keys), ...Object.values(legacy.keys)]) {
    expect(refusedAs(() => parseKeyRing({ ENCRYPTION_KEY: key }))).toBe(BAD_CONFIG);
  }
});
