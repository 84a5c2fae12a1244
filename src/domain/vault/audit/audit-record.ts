import { createHmac, type KeyObject } from "node:crypto";
import { sql } from "drizzle-orm";
import { auditEventsTable } from "@/lib/db/schema";
import { canonicalJson } from "./canonical-json";
import { lengthPrefixed } from "./length-prefixed";

/** What a record's MAC protects besides its place. */
export interface AuditRecord {
  id: string;
  /** Microseconds since 1970 in UTC, in decimal; "Infinity" exists in Postgres. */
  at: string;
  actorId: string;
  action: string;
  objectId: string | null;
  /** JSON; null when the column is. */
  detail: string | null;
}

/** A record's place: its number, and the MAC of the record before it ("" before the first). */
export interface AuditPlace {
  seq: bigint;
  previousMac: string;
}

/**
 * Selects an AuditRecord. The database writes `at` as text, because a JavaScript date has no microseconds.
 */
export const auditRecordColumns = {
  id: auditEventsTable.id,
  at: sql<string>`trim_scale(extract(epoch from ${auditEventsTable.at}) * 1000000)::text`,
  actorId: auditEventsTable.actorId,
  action: auditEventsTable.action,
  objectId: auditEventsTable.objectId,
  detail: sql<string | null>`${auditEventsTable.detail}::text`,
};

/**
 * The MAC of a record at a place: HMAC-SHA256 (RFC 2104, FIPS 198-1) in lower-case hex.
 *
 * @param key 256 bits that are used for nothing else
 */
export function auditRecordMac(key: KeyObject, place: AuditPlace, record: AuditRecord): string {
  return createHmac("sha256", key)
    .update(
      lengthPrefixed([
        "orchestral audit record 1",
        place.seq.toString(),
        place.previousMac,
        record.id,
        record.at,
        record.actorId,
        record.action,
        record.objectId,
        record.detail === null ? null : canonicalJson(record.detail),
      ]),
    )
    .digest("hex");
}
