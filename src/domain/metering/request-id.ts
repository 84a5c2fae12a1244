import { createHash } from "node:crypto";

/**
 * The id of a request's usage row, known before it is sent: of its run and its place there. Whoever records
 * the request makes the same one, be it this server, tried again, or another after this one died, so that
 * there is one row of it. A UUID of version 8 (RFC 9562), whose bits are free.
 *
 * @param runId a UUID
 */
export function requestIdOf(runId: string, round: number): string {
  const bytes = createHash("sha256").update(`${runId.toLowerCase()}:${round}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
