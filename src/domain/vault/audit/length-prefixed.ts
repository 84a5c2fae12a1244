/**
 * No UTF-8 text of a column is this long (Postgres stops at 1 GB), so it can stand for null, which is not "".
 */
const NULL_LENGTH = 0xffff_ffff;

/**
 * (uint32 big-endian byte length | UTF-8 bytes) each, so that different lists of fields never give the same
 * bytes.
 */
export function lengthPrefixed(fields: readonly (string | null)[]): Buffer {
  return Buffer.concat(
    fields.flatMap((field) => {
      const bytes = Buffer.from(field ?? "", "utf8");
      const length = Buffer.alloc(4);
      length.writeUInt32BE(field === null ? NULL_LENGTH : bytes.length);
      return [length, bytes];
    }),
  );
}
