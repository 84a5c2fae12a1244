import "server-only";
import { stringify } from "csv-stringify/sync";
import type { AuditExportFormat, AuditFilter } from "@/contracts/audit-log";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { csvText } from "@/lib/csv-text";
import { database } from "@/lib/db/client";
import { recordAuditEvent } from "../record-audit-event";
import type { AuditPlace, ReadEvent } from "./audit-window";
import { systemActor } from "./event-entry";
import { readAllEvents } from "./read-all-events";
import { readOwnEvents } from "./read-own-events";

/** Events of one statement, so that memory stays bounded however many there are. */
const PAGE = 1_000;

/**
 * What `listActivity` lists with each use, as text. Who else acted is "someone", and of a record of many
 * values only the person's own are in it: the MAC of such a record does not fit what is shown (`whole`).
 */
export function exportActivity(
  actor: Actor,
  filter: AuditFilter,
  format: AuditExportFormat,
): AsyncGenerator<string> {
  return pages(format, async (before) => {
    const events = await readOwnEvents(actor, filter, { withUses: true, before, limit: PAGE });
    return events.map((event) => ({
      ...event,
      actorId: event.actorId === actor.userId || systemActor(event.actorId) ? event.actorId : "someone",
    }));
  });
}

/**
 * Records of the trail as text, with their places in the chain. For operators, checked by the caller; that
 * they were exported is recorded first, for the person whose they are if it is one's.
 */
export async function exportAuditEvents(
  actor: Actor | SystemActor,
  filter: AuditFilter & { actor?: string | undefined },
  format: AuditExportFormat,
): Promise<AsyncGenerator<string>> {
  const filters = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  await recordAuditEvent(await database(), actor, "audit.exported", filter.actor ?? "audit_events", {
    format,
    filters,
  });
  return pages(format, (before) => readAllEvents(filter, { withUses: true, before, limit: PAGE }));
}

type Exported = ReadEvent & { isWhole?: boolean };

/** At least one text, so that a failure of the first page can be answered as one. */
async function* pages(
  format: AuditExportFormat,
  read: (before: AuditPlace | null) => Promise<Exported[]>,
): AsyncGenerator<string> {
  let before: AuditPlace | null = null;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one page at a time is the point
    const events: Exported[] = await read(before);
    const rows = events.map(exportedRow);
    yield format === "csv"
      ? stringify(rows, { header: before === null, columns: COLUMNS, cast: CAST })
      : rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    const last = events.at(-1);
    if (!last || events.length < PAGE) return;
    before = { at: last.at, id: last.id };
  }
}

const COLUMNS = [
  "seq",
  "at",
  "actor",
  "action",
  "object",
  "detail",
  "id",
  "mac",
  "macKeyId",
  "origin",
  "whole",
];

const CAST = {
  boolean: String,
  string: csvText,
  object: (value: object) => csvText(JSON.stringify(value)),
};

/** `seq` is null for a record of the last seconds, which has no place yet. */
function exportedRow(event: Exported) {
  return {
    seq: event.seq === null ? null : Number(event.seq),
    at: event.at,
    actor: event.actorId,
    action: event.action,
    object: event.objectId,
    detail: event.detail,
    id: event.id,
    mac: event.mac,
    macKeyId: event.macKeyId,
    origin: event.originMac,
    whole: event.isWhole ?? true,
  };
}
