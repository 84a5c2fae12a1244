import { NONCE_BYTES, TAG_BYTES } from "./aes-256-gcm";
import { decodeBase64urlInPlace } from "./canonical-base64";
import { isDataKeyId } from "./data-key";
import { SealedValueMalformed } from "./errors";
import { isKeyId, MAX_KEY_ID_CHARACTERS } from "./key-ring";
import { MAX_PLAINTEXT_BYTES } from "./plaintext";

/**
 * Names and versions of the formats: first part of the text and first field of the additional authenticated
 * data. `orc1` values are sealed with a key of the ring, `orc2` values with a data key. Otherwise they are
 * identical.
 */
export type SealedFormat = "orc1" | "orc2";

const NONCE_CHARACTERS = (NONCE_BYTES / 3) * 4;
const MAX_BODY_CHARACTERS = Math.ceil(((MAX_PLAINTEXT_BYTES + TAG_BYTES) * 4) / 3);
const PREFIX_CHARACTERS = "orc1.".length;
/** Longest text that is parsed; anything longer is refused unread. */
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
 * Parses a sealed text; every length and every character is checked before a key is used.
 *
 * @param likelyKeyId a valid id the text probably names: it is compared as a whole instead of being extracted
 *   and checked
 * @throws SealedValueMalformed
 */
export function parseSealed(sealed: string, likelyKeyId?: string): SealedParts {
  if (sealed.length > MAX_SEALED_CHARACTERS) throw new SealedValueMalformed("it is too long");
  const format = claimedFormat(sealed);
  if (format === null) throw new SealedValueMalformed("unknown format");
  const keyId =
    likelyKeyId !== undefined && namesKey(sealed, likelyKeyId) ? likelyKeyId : keyIdIn(sealed, format);
  const nonceAt = PREFIX_CHARACTERS + keyId.length + 1;
  const bodyAt = nonceAt + NONCE_CHARACTERS + 1;
  if (sealed[bodyAt - 1] !== ".") throw new SealedValueMalformed("a part is missing");

  const bytes = Buffer.from(sealed, "utf8");
  const bodyEndsAt = decodeBase64urlInPlace(bytes, bodyAt, bytes.length, bodyAt);
  if (bodyEndsAt < 0 || decodeBase64urlInPlace(bytes, nonceAt, bodyAt - 1, nonceAt) < 0)
    throw new SealedValueMalformed("it is not canonical base64url");
  const tagAt = bodyEndsAt - TAG_BYTES;
  if (tagAt <= bodyAt) throw new SealedValueMalformed("it is too short");
  return {
    format,
    keyId,
    nonce: bytes.subarray(nonceAt, nonceAt + NONCE_BYTES),
    ciphertext: bytes.subarray(bodyAt, tagAt),
    tag: bytes.subarray(tagAt, bodyEndsAt),
  };
}

function namesKey(sealed: string, keyId: string): boolean {
  return sealed.startsWith(keyId, PREFIX_CHARACTERS) && sealed[PREFIX_CHARACTERS + keyId.length] === ".";
}

function keyIdIn(sealed: string, format: SealedFormat): string {
  const dot = sealed.indexOf(".", PREFIX_CHARACTERS);
  const keyId = sealed.slice(PREFIX_CHARACTERS, Math.max(dot, PREFIX_CHARACTERS));
  const isId = format === "orc2" ? isDataKeyId : isKeyId;
  if (!isId(keyId)) throw new SealedValueMalformed("the key id is not one");
  return keyId;
}
