import { createHash } from "node:crypto";
import { DamagedShare, NotAShare, UnknownShareVersion } from "./errors";
import { formatLines, LINE_BYTES, parseLine } from "./numbered-lines";
import { decodeHeader, encodeHeader, HEADER_BYTES, type ShareHeader, shownSet } from "./share-header";

export const SHARE_VERSION = 1;
export const MIN_THRESHOLD = 2;
export const MAX_SHARES = 16;
/** Longest text that is parsed, in UTF-16 units: the share of a full ring has about 30,000. */
export const MAX_SHARE_CHARACTERS = 100_000;

const CHECKSUM_BYTES = 16;
const BEGIN = /BEGIN\s+ORCHESTRAL\s+KEY\s+SHARE/i;
const END = /END\s+ORCHESTRAL\s+KEY\s+SHARE/i;
const LINE_BREAK = /[\n\r\f\v\u0085\u2028\u2029]/;

export interface Share extends ShareHeader {
  /** As the split produced it. */
  bytes: Uint8Array;
}

/** True if the text has the line a share begins with. */
export function looksLikeShare(text: string): boolean {
  return BEGIN.test(text);
}

/**
 * A share as a text to print: what it is and what to do with it, then the numbered lines. Only those are read
 * back. They hold header (line 1), share and a checksum over both.
 *
 * @param keyIds shown to people, not read back
 */
export function formatShare(share: Share, keyIds: readonly string[]): string {
  const content = Buffer.concat([encodeHeader(share), share.bytes]);
  const lines = formatLines(Buffer.concat([content, checksum(content)]));
  const { number, shares, threshold } = share;
  return `ORCHESTRAL KEY SHARE

Share ${number} of ${shares}, any ${threshold} restore. Fewer than ${threshold} tell nothing about the keys.

Set      ${shownSet(share.set)}
Made     ${share.created}
Key ids  ${keyIds.join(", ")}

This is one part of a backup of the encryption keys of an Orchestral server.
Keep it where no other share and no backup of the database is, and hand it out
only to restore the keys. Whoever has ${threshold} shares and the database can open
every saved key.

To restore, bring ${threshold} shares of this set to the server:

  npm run vault -- recover --share <file> --share <file> ...

To type it in, copy the lines from BEGIN to END into a file. Spaces and capital
letters do not matter. Each line has a checksum behind the "=", so that a
mistake is found and its line named.

-----BEGIN ORCHESTRAL KEY SHARE-----
${lines.join("\n")}
-----END ORCHESTRAL KEY SHARE-----
`;
}

/**
 * Reads a share. Case, white space, line endings and text around BEGIN and END do not matter; everything else
 * does.
 *
 * @param from where the text came from, for messages: a file's name
 * @throws NotAShare
 * @throws UnknownShareVersion
 * @throws DamagedShare
 */
export function parseShare(text: string, from: string): Share {
  const lines = linesOf(text, from);
  const first = parseLine(lines.rows[0] ?? "", null);
  if (first?.number !== 1 || first.bytes.length !== HEADER_BYTES) {
    throw new DamagedShare(from, null, [1], "line 1 cannot be read");
  }
  const header = decodeHeader(first.bytes);
  if (header.version !== SHARE_VERSION) throw new UnknownShareVersion(from, header.version);
  if (!isPossible(header)) throw new DamagedShare(from, null, [1], "line 1 says what cannot be");

  const content = readContent(lines.rows.slice(1), first.bytes, header, from);
  if (!lines.ended) {
    throw new DamagedShare(from, header.number, [], 'the line "END ORCHESTRAL KEY SHARE" is missing');
  }
  const end = HEADER_BYTES + header.length;
  if (!checksum(content.subarray(0, end)).equals(content.subarray(end))) {
    throw new DamagedShare(from, header.number, [], "each line is right by itself, and all together are not");
  }
  return { ...header, bytes: Uint8Array.from(content.subarray(HEADER_BYTES, end)) };
}

function linesOf(text: string, from: string): { rows: string[]; ended: boolean } {
  if (text.length > MAX_SHARE_CHARACTERS) throw new NotAShare(from, "is too long for a key share");
  const all = text.split(LINE_BREAK);
  const begins = all.flatMap((line, index) => (BEGIN.test(line) ? [index] : []));
  const [begin] = begins;
  if (begin === undefined) {
    throw new NotAShare(
      from,
      'is no key share: the line "BEGIN ORCHESTRAL KEY SHARE" is missing; copy the share from BEGIN to END',
    );
  }
  if (begins.length > 1)
    throw new NotAShare(from, "holds more than one key share; put each into its own file");
  const behind = all.slice(begin + 1);
  const end = behind.findIndex((line) => END.test(line));
  const rows = (end === -1 ? behind : behind.slice(0, end)).filter((line) => line.trim() !== "");
  return { rows, ended: end !== -1 };
}

function isPossible({ number, shares, threshold, length }: ShareHeader): boolean {
  return (
    threshold >= MIN_THRESHOLD &&
    threshold <= shares &&
    shares <= MAX_SHARES &&
    number >= 1 &&
    number <= shares &&
    length >= 2
  );
}

/**
 * Reads the lines after line 1.
 *
 * @returns header, share and checksum
 * @throws DamagedShare naming every line that is damaged or missing
 */
function readContent(rows: readonly string[], first: Buffer, header: ShareHeader, from: string): Buffer {
  const total = HEADER_BYTES + header.length + CHECKSUM_BYTES;
  const last = Math.ceil(total / LINE_BYTES);
  const parts = [first];
  const damaged = new Set<number>();
  let expected = 2;
  const passOver = (next: number) => {
    for (; expected < next; expected += 1) damaged.add(expected);
  };
  for (const row of rows) {
    const line = parseLine(row, first);
    const number = line?.number ?? expected;
    if (line === null || number > last) {
      damaged.add(Math.min(expected, last));
      continue;
    }
    if (number < expected) {
      damaged.add(number); // A duplicate.
      continue;
    }
    passOver(number);
    if (line.bytes.length !== Math.min(LINE_BYTES, total - (number - 1) * LINE_BYTES)) damaged.add(number);
    parts.push(line.bytes);
    expected = number + 1;
  }
  passOver(last + 1);
  if (damaged.size > 0) {
    const lines = [...damaged].toSorted((a, b) => a - b);
    throw new DamagedShare(
      from,
      header.number,
      lines,
      `${named(lines)} cannot be read or ${lines.length === 1 ? "is" : "are"} missing`,
    );
  }
  return Buffer.concat(parts);
}

/** "line 4", "lines 4, 7 and 9 to 12" */
function named(lines: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const line of lines) {
    const range = ranges.at(-1);
    if (range?.[1] === line - 1) range[1] = line;
    else ranges.push([line, line]);
  }
  const texts = ranges.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`));
  const list = new Intl.ListFormat("en-GB").format(texts);
  return `${lines.length === 1 ? "line" : "lines"} ${list}`;
}

/** SHA-256, the first 16 bytes: against mistakes, not against forgers, who could compute it as well. */
function checksum(content: Uint8Array): Buffer {
  return createHash("sha256").update(content).digest().subarray(0, CHECKSUM_BYTES);
}
