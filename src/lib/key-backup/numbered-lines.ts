import { crc32 } from "node:zlib";

/** Bytes on a line: 32 digits, few enough not to lose one's place. */
export const LINE_BYTES = 16;

/** A line of at most 16 bytes that can be read, copied and typed in: `02: 0123 4567 … cdef = 89ab cdef`. */
export interface NumberedLine {
  number: number;
  bytes: Buffer;
}

/**
 * Writes bytes as lines of number, hexadecimal digits and checksum. CRC-32 finds every error within 32
 * consecutive bits, so every wrong digit and every two that were swapped. It also covers the line's number
 * and the first line, which distinguishes the shares, so that a line in the wrong place or share does not
 * pass.
 */
export function formatLines(bytes: Uint8Array): string[] {
  const first = bytes.subarray(0, LINE_BYTES);
  return Array.from({ length: Math.ceil(bytes.length / LINE_BYTES) }, (_, index) => {
    const number = index + 1;
    const part = bytes.subarray(index * LINE_BYTES, number * LINE_BYTES);
    return `${label(number)}: ${grouped(Buffer.from(part).toString("hex"))} = ${grouped(check(number, first, part))}`;
  });
}

/**
 * Reads one line; case and white space do not matter.
 *
 * @param first bytes of line 1, or null if this should be line 1
 * @returns null if it is not such a line or its checksum is wrong
 */
export function parseLine(text: string, first: Uint8Array | null): NumberedLine | null {
  const match = /^(\d{2,3}):((?:[0-9a-f]{2}){1,16})=([0-9a-f]{8})$/.exec(
    text.replaceAll(/\s/g, "").toLowerCase(),
  );
  const [, numberText = "", hex = "", sum] = match ?? [];
  const number = Number(numberText);
  const bytes = Buffer.from(hex, "hex");
  if (match === null || label(number) !== numberText || check(number, first ?? bytes, bytes) !== sum)
    return null;
  return { number, bytes };
}

function label(number: number): string {
  return String(number).padStart(2, "0");
}

function check(number: number, first: Uint8Array, bytes: Uint8Array): string {
  const covered = Buffer.concat([Buffer.from([number >> 8, number & 0xff]), first, bytes]);
  return crc32(covered).toString(16).padStart(8, "0");
}

function grouped(digits: string): string {
  return digits.replaceAll(/.{4}(?=.)/g, "$& ");
}
