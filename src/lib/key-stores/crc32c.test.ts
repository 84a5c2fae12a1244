import { expect, test } from "vitest";
import { crc32c } from "./crc32c";

// RFC 3720, appendix B.4, its bytes read as a little-endian number; the last is the usual check value of CRC
// catalogues.
test.each([
  ["32 bytes of zeros", Buffer.alloc(32), 0x8a9136aa],
  ["32 bytes of ones", Buffer.alloc(32, 0xff), 0x62a8ab43],
  ["32 bytes counting up", Buffer.from(Array.from({ length: 32 }, (_, at) => at)), 0x46dd794e],
  ["32 bytes counting down", Buffer.from(Array.from({ length: 32 }, (_, at) => 31 - at)), 0x113fdb5c],
  ["nothing", Buffer.alloc(0), 0],
  ['"123456789"', Buffer.from("123456789"), 0xe3069283],
])("CRC-32C of %s", (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});
