import { createSecretKey } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { openBytes, sealBytes } from "./aes-256-gcm";
import { DecryptionFailed } from "./errors";

/*
 * Project Wycheproof (C2SP/wycheproof, testvectors_v1/aes_gcm_test.json), not kept in this repository. Point
 * WYCHEPROOF_AES_GCM at the file, or put it at tests/data/wycheproof-aes-gcm.json.
 */
interface Vector {
  tcId: number;
  flags: string[];
  key: string;
  iv: string;
  aad: string;
  msg: string;
  ct: string;
  tag: string;
  result: "valid" | "invalid" | "acceptable";
}
interface Group {
  ivSize: number;
  keySize: number;
  tagSize: number;
  tests: Vector[];
}

const named = process.env["WYCHEPROOF_AES_GCM"];
const file = named ?? path.resolve("tests/data/wycheproof-aes-gcm.json");
// A file that was named but cannot be read is an error, not a reason to skip.
const absent = named === undefined && !existsSync(file);
if (absent) {
  // oxlint-disable-next-line no-console -- a skipped test is reported
  console.warn(
    "Wycheproof's AES-GCM vectors are absent, so its 66 vectors for our sizes did NOT run. Point WYCHEPROOF_AES_GCM at aes_gcm_test.json to run them.",
  );
}

const { testGroups }: { testGroups: Group[] } = absent
  ? { testGroups: [] }
  : JSON.parse(readFileSync(file, "utf8"));
const with256BitKeys = testGroups.filter(({ keySize }) => keySize === 256).flatMap(({ tests }) => tests);
const withNonceOf = (...bytes: number[]) => with256BitKeys.filter(({ iv }) => bytes.includes(iv.length / 2));
const valid = (vectors: Vector[]) => vectors.filter(({ result }) => result === "valid");
const invalid = (vectors: Vector[]) => vectors.filter(({ result }) => result !== "valid");

describe.skipIf(absent)("Wycheproof, 256-bit keys, 96-bit nonces, 128-bit tags", () => {
  const ours = withNonceOf(12);

  test("there are 66 of them, those with a changed tag all invalid", () => {
    expect(ours).toHaveLength(66);
    const changedTags = ours.filter(({ flags }) => flags.includes("ModifiedTag"));
    expect(changedTags.length).toBeGreaterThan(20);
    expect(valid(changedTags)).toEqual([]);
  });

  test.each(valid(ours))("$tcId $flags seals to the given bytes and opens", (vector) => {
    expect(seal(vector)).toBe(vector.ct + vector.tag);
    expect(open(vector)).toBe(vector.msg);
  });

  test.each(invalid(ours))("$tcId $flags is refused", (vector) => {
    expect(() => open(vector)).toThrow(DecryptionFailed);
  });
});

describe.skipIf(absent)("Wycheproof, 256-bit keys, nonces we never seal with", () => {
  const emptyNonce = with256BitKeys.filter(({ flags }) => flags.includes("ZeroLengthIv"));
  const oldNonces = withNonceOf(16);
  const otherNonces = with256BitKeys.filter((vector) => !withNonceOf(12, 16).includes(vector));

  test("an empty nonce, which leaks the authentication key, neither seals nor opens", () => {
    expect(emptyNonce.length).toBeGreaterThan(0);
    for (const vector of emptyNonce) {
      expect(vector.iv).toBe("");
      expect(() => seal(vector)).toThrow(RangeError);
      expect(() => open(vector)).toThrow(RangeError);
    }
  });

  test("a nonce of any other length neither seals nor opens", () => {
    expect(otherNonces.length).toBeGreaterThan(emptyNonce.length);
    for (const vector of otherNonces) {
      expect(() => seal(vector)).toThrow(RangeError);
      expect(() => open(vector)).toThrow(RangeError);
    }
  });

  test("a nonce of the old format's 128 bits opens what it should and seals nothing", () => {
    expect(valid(oldNonces).length).toBeGreaterThan(0);
    for (const vector of valid(oldNonces)) expect(open(vector)).toBe(vector.msg);
    for (const vector of invalid(oldNonces)) expect(() => open(vector)).toThrow(DecryptionFailed);
    for (const vector of oldNonces) expect(() => seal(vector)).toThrow(RangeError);
  });
});

function bytes(hex: string): Buffer {
  return Buffer.from(hex, "hex");
}

function seal({ key, iv, aad, msg }: Vector): string {
  return sealBytes(createSecretKey(bytes(key)), bytes(iv), bytes(aad), bytes(msg)).toString("hex");
}

function open({ key, iv, aad, ct, tag }: Vector): string {
  return openBytes(createSecretKey(bytes(key)), bytes(iv), bytes(aad), bytes(ct), bytes(tag)).toString("hex");
}
