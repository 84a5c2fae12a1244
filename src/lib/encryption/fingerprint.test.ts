import { createHmac, hkdfSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { fingerprintMatches, keyFingerprint } from "./fingerprint";
import { BAD_CONTEXT, BAD_PLAINTEXT, hexKey, refusedAs, ringOf, SECRET } from "./test-support";

const ring = ringOf("k1");
const DOMAIN = "user_ai_api_keys:anthropic";

describe("the same secret is recognised without opening it", () => {
  test("equal secrets of one domain have equal fingerprints, which match", () => {
    const fingerprint = keyFingerprint(SECRET, DOMAIN, ring);
    expect(fingerprint).toMatch(/^k1\.[A-Za-z0-9_-]{22}$/);
    expect(keyFingerprint(SECRET, DOMAIN, ring)).toBe(fingerprint);
    expect(fingerprintMatches(SECRET, fingerprint, DOMAIN, ring)).toBe(true);
  });

  test("it is the documented computation: HMAC-SHA256 under an HKDF-derived key, domain length-prefixed", () => {
    const key = Buffer.from(
      hkdfSync("sha256", Buffer.from(hexKey("k1"), "hex"), "", "orc1 key fingerprint", 32),
    );
    const length = Buffer.from([0, 0, 0, DOMAIN.length]);
    const mac = createHmac("sha256", key).update(length).update(DOMAIN).update(SECRET).digest();
    expect(keyFingerprint(SECRET, DOMAIN, ring)).toBe(`k1.${mac.subarray(0, 16).toString("base64url")}`);
  });

  test("a fingerprint of an older key of the ring still matches", () => {
    const fingerprint = keyFingerprint(SECRET, DOMAIN, ring);
    expect(fingerprintMatches(SECRET, fingerprint, DOMAIN, ringOf("k2", "k1"))).toBe(true);
    expect(keyFingerprint(SECRET, DOMAIN, ringOf("k2", "k1"))).toMatch(/^k2\./);
  });
});

describe("a fingerprint does not match", () => {
  const fingerprint = keyFingerprint(SECRET, DOMAIN, ring);

  test.each([
    ["another secret", `${SECRET.slice(0, -1)}B`, DOMAIN],
    ["another domain", SECRET, "user_ai_api_keys:openai"],
    ["a boundary moved between domain and secret", SECRET.slice(1), `${DOMAIN}${SECRET.slice(0, 1)}`],
  ])("%s", (_, secret, domain) => {
    expect(fingerprintMatches(secret, fingerprint, domain, ring)).toBe(false);
  });

  test("every single bit of it flipped, all 16 of each character", () => {
    for (let at = 0; at < fingerprint.length; at += 1) {
      for (let bit = 0; bit < 16; bit += 1) {
        const flipped =
          fingerprint.slice(0, at) +
          String.fromCharCode(fingerprint.charCodeAt(at) ^ (1 << bit)) +
          fingerprint.slice(at + 1);
        expect(fingerprintMatches(SECRET, flipped, DOMAIN, ring), `bit ${bit} of character ${at}`).toBe(
          false,
        );
      }
    }
  });

  test("under a key that is not in the ring, or another deployment's key of the same id", () => {
    expect(fingerprintMatches(SECRET, fingerprint, DOMAIN, ringOf("k2"))).toBe(false);
    expect(
      fingerprintMatches(
        SECRET,
        keyFingerprint(SECRET, DOMAIN, ringOf("k2")).replace("k2", "k1"),
        DOMAIN,
        ring,
      ),
    ).toBe(false);
  });

  test.each([
    [""],
    ["."],
    ["k1."],
    ["k1"],
    [`${fingerprint}A`],
    [`${fingerprint}=`],
    [`${fingerprint} `],
    [fingerprint.slice(0, -1)],
    [fingerprint.slice(3)],
  ])("malformed: %j", (malformed) => {
    expect(fingerprintMatches(SECRET, malformed, DOMAIN, ring)).toBe(false);
  });
});

test("what cannot be sealed cannot be fingerprinted: two lone surrogates would look alike", () => {
  expect(refusedAs(() => keyFingerprint("\ud800", DOMAIN, ring))).toBe(BAD_PLAINTEXT);
  expect(refusedAs(() => keyFingerprint("", DOMAIN, ring))).toBe(BAD_PLAINTEXT);
  expect(refusedAs(() => keyFingerprint(SECRET, "", ring))).toBe(BAD_CONTEXT);
  expect(refusedAs(() => keyFingerprint(SECRET, "\udfff", ring))).toBe(BAD_CONTEXT);
});

test("the sealing key itself is not the fingerprint key", () => {
  expect(ring.current.fingerprinting.equals(ring.current.sealing)).toBe(false);
});
