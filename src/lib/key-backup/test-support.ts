import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { assert } from "vitest";
import { KeyBackupError } from "./errors";

/** The error an attempt ends with. An attempt that restores anything fails the test. */
export async function refusal(attempt: Promise<unknown>): Promise<KeyBackupError> {
  const thrown: unknown = await attempt.then(
    () => null,
    (error: unknown) => error,
  );
  assert(thrown instanceof KeyBackupError, `expected a refusal, got ${String(thrown)}`);
  return thrown;
}

/** The numbered lines of a share. */
export function rowsOf(share: string): string[] {
  return share.split("\n").filter((line) => /^\d{2,3}: /.test(line));
}

/** The bytes of a share's lines: header (16), share, checksum (16). */
export function bytesOf(share: string): Buffer {
  return Buffer.from(
    rowsOf(share)
      .map((row) => row.slice(row.indexOf(":") + 1, row.indexOf("=")))
      .join("")
      .replaceAll(" ", ""),
    "hex",
  );
}

/**
 * A share with valid checksums over different content, as a forger would write it. Written from the
 * description of the format, without the code under test.
 */
export function forgedShare(
  content: Buffer,
  checksum: Uint8Array = createHash("sha256").update(content).digest().subarray(0, 16),
): string {
  const all = Buffer.concat([content, checksum]);
  const rows: string[] = [];
  for (let at = 0; at < all.length; at += 16) {
    const number = at / 16 + 1;
    const part = all.subarray(at, at + 16);
    const sum = crc32(Buffer.concat([Buffer.from([0, number]), all.subarray(0, 16), part]));
    const label = String(number).padStart(2, "0");
    rows.push(`${label}: ${part.toString("hex")} = ${sum.toString(16).padStart(8, "0")}`);
  }
  return `BEGIN ORCHESTRAL KEY SHARE\n${rows.join("\n")}\nEND ORCHESTRAL KEY SHARE`;
}
