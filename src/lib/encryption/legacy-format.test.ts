import { createCipheriv, randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeSealed, isSealed } from "./describe-sealed";
import { decrypt, openSealed } from "./open";
import { encrypt } from "./seal";
import { CONTEXT, FAILED, hexKey, MALFORMED, refusedAs, ringOf, SECRET } from "./test-support";

/** The old design's writer, in a few lines: nonce of 16 bytes, tag, ciphertext, in base64. */
function writeOldFormat(text: string, keyId = "k1"): string {
  const nonce = randomBytes(16);
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(hexKey(keyId), "hex"), nonce);
  const ciphertext = cipher.update(text, "utf8", "hex") + cipher.final("hex");
  return Buffer.concat([nonce, cipher.getAuthTag(), Buffer.from(ciphertext, "hex")]).toString("base64");
}

const ring = ringOf("k2", "k1");
const outcome = (sealed: string) => refusedAs(() => decrypt(sealed, CONTEXT, ring));

describe("data of the old design is taken over", () => {
  test("a value opens and is stale, whichever key of the ring sealed it", () => {
    for (const keyId of ["k1", "k2"]) {
      const opened = openSealed(writeOldFormat(SECRET, keyId), CONTEXT, ring);
      expect(opened).toEqual({ text: SECRET, keyId, format: "legacy", stale: true });
    }
    expect(decrypt(writeOldFormat(SECRET), CONTEXT, ring)).toBe(SECRET);
  });

  test("any text the old design could write", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 300 }), (text) => {
        expect(decrypt(writeOldFormat(text), CONTEXT, ring)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  test("64 kB opens, one byte more is refused", () => {
    expect(decrypt(writeOldFormat("x".repeat(65_536)), CONTEXT, ring)).toHaveLength(65_536);
    expect(outcome(writeOldFormat("x".repeat(65_537)))).toBe(MALFORMED);
  });

  test("sealed again it is bound to its row, and no longer stale", () => {
    const { text } = openSealed(writeOldFormat(SECRET), CONTEXT, ring);
    const sealed = encrypt(text, CONTEXT, ring);
    expect(openSealed(sealed, CONTEXT, ring)).toMatchObject({ format: "orc1", stale: false });
    expect(refusedAs(() => decrypt(sealed, { ...CONTEXT, owner: "another" }, ring))).toBe(FAILED);
  });

  test("it describes itself without a key, but never passes for a sealed value", () => {
    const old = writeOldFormat(SECRET);
    expect(describeSealed(old)).toEqual({ format: "legacy", keyId: null });
    expect(isSealed(old)).toBe(false);
  });
});

describe("the danger of the old format, and its switch", () => {
  test("KNOWN DANGER: one person's old value copied into another's row opens there", () => {
    const alices = writeOldFormat(SECRET);
    expect(openSealed(alices, { ...CONTEXT, owner: "bob" }, ring)).toMatchObject({
      text: SECRET,
      stale: true,
    });
  });

  test("with allowLegacy: false it is refused before any key is tried", () => {
    const old = writeOldFormat(SECRET);
    expect(refusedAs(() => openSealed(old, CONTEXT, ring, { allowLegacy: false }))).toBe(MALFORMED);
    const sealed = encrypt(SECRET, CONTEXT, ring);
    expect(openSealed(sealed, CONTEXT, ring, { allowLegacy: false }).text).toBe(SECRET);
  });

  test("a value of the present format cannot be rewritten into the old one to shed its context", () => {
    const [, , nonce = "", body = ""] = encrypt(SECRET, CONTEXT, ringOf("k1")).split(".");
    const bytes = Buffer.from(body, "base64url");
    const tag = bytes.subarray(-16);
    const ciphertext = bytes.subarray(0, -16);
    // GCM starts counting from nonce | 00000001 when the nonce has 12 bytes; the same 16 bytes as an old
    // nonce do not.
    const counters = ["00000000", "00000001", "00000002"].map((hex) => Buffer.from(hex, "hex"));
    for (const counter of counters) {
      const old = Buffer.concat([Buffer.from(nonce, "base64url"), counter, tag, ciphertext]).toString(
        "base64",
      );
      expect(outcome(old)).toBe(FAILED);
    }
  });
});

describe("a changed old value is refused", () => {
  test("every single bit of its text flipped, all 16 of each character", () => {
    const old = writeOldFormat("secret");
    for (let at = 0; at < old.length; at += 1) {
      for (let bit = 0; bit < 16; bit += 1) {
        const flipped =
          old.slice(0, at) + String.fromCharCode(old.charCodeAt(at) ^ (1 << bit)) + old.slice(at + 1);
        const canonical = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(flipped);
        const whole = canonical && Buffer.from(flipped, "base64").toString("base64") === flipped;
        expect(outcome(flipped), `bit ${bit} of character ${at}`).toBe(whole ? FAILED : MALFORMED);
      }
    }
  });

  test("every single bit of its bytes flipped", () => {
    const bytes = Buffer.from(writeOldFormat(SECRET), "base64");
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(outcome(flipped.toString("base64")), `bit ${bit}`).toBe(FAILED);
    }
  });

  test("every truncation of its bytes, down to a short tag that the old design accepted", () => {
    const bytes = Buffer.from(writeOldFormat(SECRET), "base64");
    for (let length = 0; length < bytes.length; length += 1) {
      const cut = bytes.subarray(0, length).toString("base64");
      expect(outcome(cut), `${length} bytes`).toBe(length <= 32 ? MALFORMED : FAILED);
    }
  });

  test("white space, junk, base64url and missing padding, all of which the old design decoded alike", () => {
    const old = writeOldFormat("12345");
    expect(old.endsWith("=")).toBe(true);
    const changed = [
      ` ${old}`,
      `${old}\n`,
      `${old.slice(0, 20)} ${old.slice(20)}`,
      old.replace(/=+$/, ""),
      `${old}=`,
    ];
    for (const text of [...changed, old.replace(/^./, "*$&"), old.replace(/^./, "-"), `${old}${old}`]) {
      expect([text, outcome(text)]).toEqual([text, MALFORMED]);
    }
  });

  test("sealed with a key outside the ring", () => {
    expect(outcome(writeOldFormat(SECRET, "somebody-elses"))).toBe(FAILED);
  });
});
