/**
 * Decodes base64 only if it is the one text that encodes these bytes.
 *
 * `Buffer.from` skips white space and junk, mixes both alphabets and ignores stray trailing bits, so several texts
 * decode to the same bytes. That would let a changed value pass for the stored one (RFC 4648, 3.5 and 12), and fools
 * comparison, uniqueness and compare-and-swap on the stored text.
 *
 * @returns the bytes, or null if the text is not canonical
 */
export function decodeCanonicalBase64(text: string, alphabet: "base64" | "base64url"): Buffer | null {
  const bytes = Buffer.from(text, alphabet);
  return bytes.toString(alphabet) === text ? bytes : null;
}
