import { createSecretKey, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openBytes, sealBytes } from "./aes-256-gcm";
import { DecryptionFailed } from "./errors";

const key = createSecretKey(randomBytes(32));
const none = Buffer.alloc(0);

describe("lengths are checked before the cipher sees them", () => {
  test.each([0, 1, 8, 11, 13, 16, 32])("a nonce of %i bytes seals nothing", (length) => {
    expect(() => sealBytes(key, Buffer.alloc(length, 1), none, "secret")).toThrow(RangeError);
  });

  test.each([0, 1, 8, 11, 13, 15, 17, 32])("a nonce of %i bytes opens nothing", (length) => {
    expect(() => openBytes(key, Buffer.alloc(length, 1), none, none, Buffer.alloc(16))).toThrow(RangeError);
  });

  test.each([0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17])(
    "the right tag cut or grown to %i bytes opens nothing",
    (length) => {
      const nonce = randomBytes(12);
      const sealed = sealBytes(key, nonce, none, "secret");
      const tag = Buffer.concat([sealed.subarray(-16), Buffer.alloc(1)]).subarray(0, length);
      expect(() => openBytes(key, nonce, none, sealed.subarray(0, -16), tag)).toThrow(RangeError);
    },
  );

  test("a key of another size is refused by the cipher: never AES-128 by accident", () => {
    const short = createSecretKey(randomBytes(16));
    expect(() => sealBytes(short, randomBytes(12), none, "secret")).toThrow(/key length/i);
  });
});

test("a text and its bytes are sealed alike", () => {
  const nonce = randomBytes(12);
  const text = "\u{1F511} secret";
  expect(sealBytes(key, nonce, none, text).equals(sealBytes(key, nonce, none, Buffer.from(text)))).toBe(true);
});

test("a wrong tag throws before any plaintext gets out", () => {
  const nonce = randomBytes(12);
  const sealed = sealBytes(key, nonce, none, "secret");
  expect(() => openBytes(key, nonce, none, sealed.subarray(0, -16), Buffer.alloc(16))).toThrow(
    DecryptionFailed,
  );
});
