import { verifyPassword } from "better-auth/crypto";
import { expect, test } from "vitest";
import { PASSWORD_MAX_LENGTH } from "@/contracts/limits";
import { hashOf, prepareHash, withPreparedHash } from "./password-hash";

const PASSWORD = "correct horse battery staple";

test("a prepared hash is the one that is stored, in its request and for its password only", async () => {
  const [first, second, other] = await withPreparedHash(async () => {
    await prepareHash(PASSWORD);
    return Promise.all([hashOf(PASSWORD), hashOf(PASSWORD), hashOf("another password")]);
  });
  // Salted: two hashes are equal only when they are one.
  expect(second).toBe(first);
  expect(await verifyPassword({ hash: first, password: PASSWORD })).toBe(true);
  expect(await verifyPassword({ hash: other, password: "another password" })).toBe(true);
  expect(await withPreparedHash(() => hashOf(PASSWORD))).not.toBe(first);
  expect(await hashOf(PASSWORD)).not.toBe(first);
});

test.each([
  ["nothing", undefined],
  ["a number", 12_345_678],
  ["a text that is too short", "1234567"],
  ["a text that is too long", "x".repeat(PASSWORD_MAX_LENGTH + 1)],
])("%s is not hashed beforehand", async (_name, password) => {
  await withPreparedHash(async () => {
    await prepareHash(password);
    const hashes = await Promise.all([hashOf(String(password)), hashOf(String(password))]);
    expect(hashes[0]).not.toBe(hashes[1]);
  });
});
