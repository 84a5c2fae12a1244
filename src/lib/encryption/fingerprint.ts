import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";
import { decodeCanonicalBase64 } from "./canonical-base64";
import { assertContextField } from "./context";
import type { DataKey } from "./data-key";
import { keyRingFromEnvironment } from "./environment-key-ring";
import { type KeyRing } from "./key-ring";
import { lengthPrefixed } from "./length-prefixed";
import { assertPlaintext } from "./plaintext";

/** Half of SHA-256: a chance collision of two secrets takes about 2^64 of them. */
const FINGERPRINT_BYTES = 16;

/**
 * A fingerprint to store next to a sealed secret, so that "is it the same key as before?" needs no
 * decryption. Keyed: without the ring, guesses cannot be tested against a stolen database. It does show
 * whether two secrets of one domain are equal, so put the owner into the domain unless owners may be
 * compared.
 *
 * @param secret 1 to 65,536 bytes of well-formed Unicode
 * @param domain what the fingerprint is for, 1 to 1,024 bytes; equal secrets in two domains have different
 *   fingerprints
 * @param ring the environment's by default; its current key is used
 * @returns `<keyId>.<22 characters of base64url>`
 * @throws InvalidPlaintext
 * @throws InvalidSealContext if the domain is unusable
 */
export function keyFingerprint(
  secret: string,
  domain: string,
  ring: KeyRing = keyRingFromEnvironment(),
): string {
  const { id, fingerprinting } = ring.current;
  return `${id}.${fingerprintBytes(secret, domain, fingerprinting).toString("base64url")}`;
}

/**
 * Like keyFingerprint, under the data key that seals the secret: it is destroyed with its owner's key, and
 * secrets of two owners cannot be compared.
 *
 * @returns `<data key id>.<22 characters of base64url>`
 * @throws InvalidPlaintext
 * @throws InvalidSealContext if the domain is unusable
 */
export function dataKeyFingerprint(secret: string, domain: string, dataKey: DataKey): string {
  return `${dataKey.id}.${fingerprintBytes(secret, domain, dataKey.fingerprinting).toString("base64url")}`;
}

/**
 * Compares in constant time. Also false if the fingerprint is malformed or its key is no longer in the ring:
 * then the answer is unknown, and the caller makes a new one when it next has the secret.
 *
 * @throws InvalidPlaintext
 * @throws InvalidSealContext if the domain is unusable
 */
export function fingerprintMatches(
  secret: string,
  fingerprint: string,
  domain: string,
  ring: KeyRing = keyRingFromEnvironment(),
): boolean {
  const dot = fingerprint.indexOf(".");
  const key = ring.lookup(fingerprint.slice(0, Math.max(dot, 0)));
  const stored = decodeCanonicalBase64(fingerprint.slice(dot + 1), "base64url");
  if (key === undefined || stored === null || stored.length !== FINGERPRINT_BYTES) return false;
  return timingSafeEqual(stored, fingerprintBytes(secret, domain, key.fingerprinting));
}

function fingerprintBytes(secret: string, domain: string, key: KeyObject): Buffer {
  assertPlaintext(secret);
  assertContextField("domain", domain);
  // The secret is hashed separately: as part of lengthPrefixed's buffer it would stay behind in Node's buffer
  // pool. The prefix in front of the domain already marks where it ends.
  const mac = createHmac("sha256", key)
    .update(lengthPrefixed([domain]))
    .update(secret, "utf8")
    .digest();
  return mac.subarray(0, FINGERPRINT_BYTES);
}
