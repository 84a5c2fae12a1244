import { randomBytes } from "node:crypto";
import { expect, test, vi } from "vitest";
import { pkcs11Key } from "@/lib/key-stores/pkcs11";
import { CONTEXT, REFUSED, refusal } from "./key-store-battery";

// A machine without a compiler: npm leaves the optional package out, and importing it throws.
vi.mock("pkcs11js", () => {
  throw new Error("Cannot find package 'pkcs11js'");
});

test("without the optional package, the first use says what to install", async () => {
  const kek = pkcs11Key({
    id: "kek-1",
    modulePath: "/usr/lib/any.so",
    token: "any",
    object: "any",
    pin: "1234",
  });
  const error = await refusal(kek.wrap(randomBytes(32), CONTEXT));
  expect(`${error.constructor.name}:${error.code}`).toBe(REFUSED);
  expect(error.message).toContain("pkcs11js is not installed; run npm install again");
});
