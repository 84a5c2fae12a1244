import { NONCE_BYTES, TAG_BYTES } from "./aes-256-gcm";
import { decodeCanonicalBase64 } from "./canonical-base64";
import { isDataKeyId } from "./data-key";
import { SealedValueMalformed } from "./errors";
import { isKeyId, MAX_KEY_ID_CHARACTERS } from "./key-ring";
import { MAX_PLAINTEXT_BYTES } from "./plaintext";

/**
 * Names and versions of the formats: first part of the text and first field of the additional authenticated data.
 * `orc1` values are sealed with a key of the ring, `orc2` values with a data key. Otherwise they are alike.
 */
export type SealedFormat = "orc1" | "orc2";

const NONCE_CHARACTERS = (NONCE_BYTES / 3) * 4;
const MAX_BODY_CHARACTERS = Math.ceil(((MAX_PLAINTEXT_BYTES + TAG_BYTES) * 4) / 3);
const PREFIX_CHARACTERS = "orc1.".length;
/** Longest text that is looked at; anything above is refused unread. */
const MAX_SEALED_CHARACTERS =
  PREFIX_CHARACTERS + MAX_KEY_ID_CHARACTERS + 1 + NONCE_CHARACTERS + 1 + MAX_BODY_CHARACTERS;

/** The parts of `<format>.<keyId>.<nonce>.<ciphertext+tag>`, each of a possible length. */
export interface SealedParts {
  format: SealedFormat;
  keyId: string;
  nonce: Buffer;
  /** At least one byte. */
  ciphertext: Buffer;
  tag: Buffer;
}

/** @param body ciphertext followed by the tag */
export function formatSealed(format: SealedFormat, keyId: string, nonce: Buffer, body: Buffer): string {
  return `${format}.${keyId}.${nonce.toString("base64url")}.${body.toString("base64url")}`;
}

/** The format a text claims, or null. The old format is base64, which has no dot, so no text can be both. */
export function claimedFormat(sealed: string): SealedFormat | null {
  if (sealed.startsWith("orc2.")) return "orc2";
  return sealed.startsWith("orc1.") ? "orc1" : null;
}

/**
 * Takes a sealed text apart; every length and every character is checked before a key is touched.
 *
 * @throws SealedValueMalformed
 */
export function parseSealed(sealed: string): SealedParts {
  if (sealed.length > MAX_SEALED_CHARACTERS) throw new SealedValueMalformed("it is too long");
  const format = claimedFormat(sealed);
  if (format === null) throw new SealedValueMalformed("unknown format");
  const nonceAt = sealed.indexOf(".", PREFIX_CHARACTERS) + 1;
  const bodyAt = nonceAt + NONCE_CHARACTERS + 1;
  if (nonceAt === 0 || sealed[bodyAt - 1] !== ".") throw new SealedValueMalformed("a part is missing");

  const keyId = sealed.slice(PREFIX_CHARACTERS, nonceAt - 1);
  const isId = format === "orc2" ? isDataKeyId : isKeyId;
  if (!isId(keyId)) throw new SealedValueMalformed("the key id is not one");
  // The nonce's 16 characters are exactly 12 bytes, so nonce and body decode in one go as they would apart.
  const bytes = decodeCanonicalBase64(sealed.slice(nonceAt, bodyAt - 1) + sealed.slice(bodyAt), "base64url");
  if (bytes === null) throw new SealedValueMalformed("it is not canonical base64url");
  const tagAt = bytes.length - TAG_BYTES;
  if (tagAt <= NONCE_BYTES) throw new SealedValueMalformed("it is too short");
  return {
    format,
    keyId,
    nonce: bytes.subarray(0, NONCE_BYTES),
    ciphertext: bytes.subarray(NONCE_BYTES, tagAt),
    tag: bytes.subarray(tagAt),
  };
}
