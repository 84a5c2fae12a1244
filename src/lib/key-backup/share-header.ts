/** What a share says about itself: line 1, in this form in every version. */
export interface ShareHeader {
  version: number;
  /** 1 to `shares`. */
  number: number;
  shares: number;
  /** How many shares restore. */
  threshold: number;
  /** Bytes of the share after the header. */
  length: number;
  /** Day in UTC, "2026-11-23". */
  created: string;
  /** Id of the set, 16 hexadecimal digits. */
  set: string;
}

export const HEADER_BYTES = 16;
export const SET_BYTES = 8;
const MS_A_DAY = 86_400_000;

/**
 * version | number | shares | threshold | length (uint16) | days since 1970-01-01 (uint16) | set id (8 bytes)
 */
export function encodeHeader(header: ShareHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.set([header.version, header.number, header.shares, header.threshold]);
  bytes.writeUInt16BE(header.length, 4);
  bytes.writeUInt16BE(Date.parse(header.created) / MS_A_DAY, 6);
  bytes.write(header.set, 8, "hex");
  return bytes;
}

/** @param bytes 16 of them */
export function decodeHeader(bytes: Buffer): ShareHeader {
  return {
    version: bytes.readUInt8(0),
    number: bytes.readUInt8(1),
    shares: bytes.readUInt8(2),
    threshold: bytes.readUInt8(3),
    length: bytes.readUInt16BE(4),
    created: dayOf(new Date(bytes.readUInt16BE(6) * MS_A_DAY)),
    set: bytes.toString("hex", 8),
  };
}

/** The day in UTC. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** The set's id as shown to people: "4f2a-91bc-03de-77a1". */
export function shownSet(set: string): string {
  return set.replaceAll(/.{4}(?=.)/g, "$&-");
}
