import "server-only";
import { createHmac, hkdfSync, randomUUID, timingSafeEqual } from "node:crypto";
import { environment } from "@/lib/env.server";
import { type AuditEvent, auditEventColumns } from "./audit-event";
import type { AuditRecord } from "./audit-record";
import { canonicalJson } from "./canonical-json";
import { lengthPrefixed } from "./length-prefixed";

/** Derived from BETTER_AUTH_SECRET: it is there without asking a key store, which may be down. */
interface OriginKey {
  secret: string;
  key: Buffer;
  /** Names the key in a record: one made under another secret cannot be checked. */
  id: string;
}

let made: OriginKey | undefined;

function originKey(): OriginKey {
  const secret = environment().BETTER_AUTH_SECRET;
  if (made?.secret !== secret) {
    const key = Buffer.from(hkdfSync("sha256", secret, "", "orchestral audit origin", 32));
    const id = createHmac("sha256", key).update("id").digest("hex").slice(0, 8);
    made = { secret, key, id };
  }
  return made;
}

/**
 * The row of an event, signed: the server that chains it can tell that a server wrote it. Id and
 * time are made
 * here, because the MAC covers them.
 *
 * @throws InvalidAuditEvent
 */
export function signedAuditRow(event: AuditEvent) {
  // A copy: the caller may go on using its detail.
  const row = { id: randomUUID(), at: new Date(), ...structuredClone(auditEventColumns(event)) };
  return { ...row, originMac: originMacOf(row) };
}

/** The MAC of a record that is about to be written. */
export function originMacOf(row: {
  id: string;
  at: Date;
  actorId: string;
  action: string;
  objectId: string | null;
  detail?: unknown;
}): string {
  const { id, key } = originKey();
  return `${id}.${macOf(key, {
    ...row,
    at: (row.at.getTime() * 1_000).toString(),
    detail: row.detail === undefined ? null : JSON.stringify(row.detail),
  })}`;
}

/**
 * Whether a server with this secret wrote the record as it is.
 *
 * @param originMac as stored
 */
export function isSigned(record: AuditRecord, originMac: string | null): boolean {
  const { id, key } = originKey();
  if (!originMac?.startsWith(`${id}.`)) return false;
  const [found, expected] = [originMac.slice(id.length + 1), macOf(key, record)].map((mac) =>
    Buffer.from(mac),
  );
  return found?.length === expected?.length && timingSafeEqual(found ?? Buffer.of(), expected ?? Buffer.of());
}

function macOf(key: Buffer, { id, at, actorId, action, objectId, detail }: AuditRecord): string {
  return createHmac("sha256", key)
    .update(
      lengthPrefixed([
        "orchestral audit origin 1",
        id,
        at,
        actorId,
        action,
        objectId,
        detail === null ? null : canonicalJson(detail),
      ]),
    )
    .digest("base64url");
}
