import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keyRingFromEnvironment } from "./environment-key-ring";
import { decrypt, openSealed } from "./open";
import { encrypt } from "./seal";
import { BAD_CONFIG, CONTEXT, hexKey, refusal, refusedAs, ringOf, SECRET, UNKNOWN_KEY } from "./test-support";

describe("a rotation, step by step", () => {
  test("seal under k1; k2 in front opens it as stale; resealed; k1 retired: only the resealed one opens", () => {
    const old = encrypt(SECRET, CONTEXT, ringOf("k1"));

    const during = ringOf("k2", "k1");
    expect(openSealed(old, CONTEXT, during)).toEqual({
      text: SECRET,
      keyId: "k1",
      format: "orc1",
      stale: true,
    });
    const resealed = encrypt(decrypt(old, CONTEXT, during), CONTEXT, during);
    expect(openSealed(resealed, CONTEXT, during)).toMatchObject({ keyId: "k2", stale: false });

    const after = ringOf("k2");
    expect(openSealed(resealed, CONTEXT, after)).toMatchObject({ text: SECRET, stale: false });
    expect(refusedAs(() => decrypt(old, CONTEXT, after))).toBe(UNKNOWN_KEY);
  });

  test("processes before and after the switch run side by side and read each other's values", () => {
    // First every process gets k2, then every process seals with it: the order that loses nothing.
    const notYetSwitched = ringOf("k1", "k2");
    const switched = ringOf("k2", "k1");
    for (const writer of [notYetSwitched, switched]) {
      const sealed = encrypt(SECRET, CONTEXT, writer);
      for (const reader of [notYetSwitched, switched]) {
        expect(openSealed(sealed, CONTEXT, reader)).toMatchObject({ text: SECRET, stale: reader !== writer });
      }
    }
  });

  test("a retired key is named, so that the operator knows which one to put back", () => {
    const error = refusal(() => decrypt(encrypt(SECRET, CONTEXT, ringOf("k1")), CONTEXT, ringOf("k3", "k2")));
    expect(error).toMatchObject({ code: "encryption_key_unknown", keyId: "k1" });
    expect(error.message).toContain('"k1"');
  });
});

describe("the ring of the environment", () => {
  const names = ["ENCRYPTION_KEYS", "ENCRYPTION_KEY"] as const;
  const before = names.map((name) => process.env[name]);
  beforeEach(() => {
    for (const name of names) delete process.env[name];
  });
  afterEach(() => {
    names.forEach((name, index) => {
      const value = before[index];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    });
  });

  test("is used when none is handed in, and parsed once", () => {
    process.env["ENCRYPTION_KEYS"] = `k2:${hexKey("k2")},k1:${hexKey("k1")}`;
    const sealed = encrypt(SECRET, CONTEXT);
    expect(decrypt(sealed, CONTEXT)).toBe(SECRET);
    expect(decrypt(sealed, CONTEXT, ringOf("k2"))).toBe(SECRET);
    expect(keyRingFromEnvironment()).toBe(keyRingFromEnvironment());
  });

  test("follows the variables when they change", () => {
    process.env["ENCRYPTION_KEY"] = hexKey("k1");
    const sealed = encrypt(SECRET, CONTEXT);
    delete process.env["ENCRYPTION_KEY"];
    process.env["ENCRYPTION_KEYS"] = `k2:${hexKey("k2")},k1:${hexKey("k1")}`;
    expect(openSealed(sealed, CONTEXT)).toMatchObject({ text: SECRET, keyId: "k1", stale: true });
    process.env["ENCRYPTION_KEYS"] = `k2:${hexKey("k2")}`;
    expect(refusedAs(() => decrypt(sealed, CONTEXT))).toBe(UNKNOWN_KEY);
  });

  test("a variable that turned bad is an error, not the ring from before", () => {
    process.env["ENCRYPTION_KEY"] = hexKey("k1");
    const sealed = encrypt(SECRET, CONTEXT);
    process.env["ENCRYPTION_KEY"] = hexKey("k1").slice(1);
    expect(refusedAs(() => decrypt(sealed, CONTEXT))).toBe(BAD_CONFIG);
    delete process.env["ENCRYPTION_KEY"];
    expect(refusedAs(() => encrypt(SECRET, CONTEXT))).toBe(BAD_CONFIG);
  });
});
