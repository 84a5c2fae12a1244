import { describe, expect, test } from "vitest";
import { DataKey } from "./data-key";
import { openWithDataKey } from "./data-key-seal";
import { dataKeyFingerprint } from "./fingerprint";
import { decrypt, openSealed } from "./open";
import { parseKeyRing } from "./parse-key-ring";
import { BAD_CONFIG, refusal, refusedAs, ringOfVectorKeys } from "./test-support";
import legacy from "./vectors/legacy.json" with { type: "json" };
import orc1 from "./vectors/orc1.json" with { type: "json" };
import orc2 from "./vectors/orc2.json" with { type: "json" };

/*
 * Values frozen from an independent implementation. A release that cannot open them cannot open what is in
 * its users' databases, whatever its own round trips say.
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

function vectorDataKey(name: string): DataKey {
  const keys: Record<string, { key: string }> = orc2.dataKeys;
  return new DataKey(Buffer.from(keys[name]?.key ?? "", "hex"));
}

describe("frozen values of format orc2 open", () => {
  test.each(orc2.opens)("$name", ({ dataKey, context, sealed, text }) => {
    expect(openWithDataKey(sealed, context, vectorDataKey(dataKey))).toBe(text);
  });
});

describe("frozen values of format orc2 are refused", () => {
  test.each(orc2.refused)("$name", ({ dataKey, context, sealed, code }) => {
    expect(refusal(() => openWithDataKey(sealed, context, vectorDataKey(dataKey))).code).toBe(code);
  });
});

describe("what is made from a frozen data key stays what it was", () => {
  test.each(Object.entries(orc2.dataKeys))("the id of %s", (name, { id }) => {
    expect(vectorDataKey(name).id).toBe(id);
  });

  test.each(orc2.fingerprints)("fingerprint: $name", ({ dataKey, domain, secret, fingerprint }) => {
    expect(dataKeyFingerprint(secret, domain, vectorDataKey(dataKey))).toBe(fingerprint);
  });

  test.each(orc2.derived)("key of $dataKey for $label", ({ dataKey, label, key }) => {
    expect(vectorDataKey(dataKey).derive(label).export().toString("hex")).toBe(key);
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
