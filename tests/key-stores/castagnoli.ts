/** CRC-32C bit by bit, straight from the polynomial: shares no table with the product's. */
export function crc32(bytes: Uint8Array): number {
  let remainder = 0xffffffffn;
  for (const byte of bytes) {
    remainder ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = remainder & 1n ? (remainder >> 1n) ^ 0x82f63b78n : remainder >> 1n;
    }
  }
  return Number(remainder ^ 0xffffffffn);
}
