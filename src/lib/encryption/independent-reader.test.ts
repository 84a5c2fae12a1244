import { webcrypto } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { SealContext } from "./context";
import { encrypt } from "./seal";
import { CONTEXT, hexKey, ringOf } from "./test-support";

/*
 * An independent reader of the format documented in docs/decisions, on WebCrypto and TextEncoder, sharing no
 * line with the library. It shows that what is sealed today is the documented format and not merely what our
 * own opener expects.
 */
async function openByTheBook(sealed: string, keyHex: string, context: SealContext): Promise<string> {
  const [format = "", keyId = "", nonce = "", body = ""] = sealed.split(".");
  const key = await webcrypto.subtle.importKey("raw", Buffer.from(keyHex, "hex"), "AES-GCM", false, [
    "decrypt",
  ]);
  const fields = [format, keyId, context.table, context.column, context.owner, context.purpose];
  const additionalData = new Uint8Array(
    fields.flatMap((field) => {
      const bytes = [...new TextEncoder().encode(field)];
      return [
        bytes.length >>> 24,
        (bytes.length >>> 16) & 255,
        (bytes.length >>> 8) & 255,
        bytes.length & 255,
        ...bytes,
      ];
    }),
  );
  const plaintext = await webcrypto.subtle.decrypt(
    { name: "AES-GCM", iv: fromBase64url(nonce), additionalData, tagLength: 128 },
    key,
    fromBase64url(body),
  );
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(plaintext);
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) =>
    character.charCodeAt(0),
  );
}

test("an independent reader opens what we seal, in any context", async () => {
  const field = fc.string({ unit: "binary", minLength: 1, maxLength: 300 });
  const context = fc.record({ table: field, column: field, owner: field, purpose: field });
  const ring = ringOf("k2", "k1");
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", minLength: 1 }), context, async (secret, where) => {
      expect(await openByTheBook(encrypt(secret, where, ring), hexKey("k2"), where)).toBe(secret);
    }),
    { numRuns: 500 },
  );
});

test("the independent reader refuses another owner, so the test above shows the additional data at work", async () => {
  const sealed = encrypt("secret", CONTEXT, ringOf("k2"));
  await expect(openByTheBook(sealed, hexKey("k2"), { ...CONTEXT, owner: "another" })).rejects.toThrow(
    "operation failed",
  );
});
