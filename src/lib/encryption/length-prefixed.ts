const LENGTH_BYTES = 4;
const ROOM_FOR_LENGTH = "\0".repeat(LENGTH_BYTES);

/**
 * Joins fields as (uint32 big-endian byte length | UTF-8 bytes) each, so that no two different lists of fields give
 * the same bytes: ("ab", "c") and ("a", "bc") must not be interchangeable.
 *
 * All fields are encoded in one go and the lengths written over the room left for them; encoding them one by one takes
 * twice as long, which shows in every opening of a key.
 *
 * @param fields well-formed Unicode
 */
export function lengthPrefixed(fields: readonly string[]): Buffer {
  let text = "";
  for (const field of fields) text += ROOM_FOR_LENGTH + field;
  const bytes = Buffer.from(text, "utf8");

  const isAscii = bytes.length === text.length; // then a field has as many bytes as characters
  let at = 0;
  for (const field of fields) {
    const length = isAscii ? field.length : Buffer.byteLength(field, "utf8");
    at = bytes.writeUInt32BE(length, at) + length;
  }
  return bytes;
}
