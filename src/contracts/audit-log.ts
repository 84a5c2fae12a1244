import { z } from "zod";
import { AUDIT_GROUPS, type AuditGroup } from "./audit-groups";
import { AUDIT_EVENTS_MAX_PER_PAGE, AUDIT_EVENTS_PER_PAGE, AUDIT_ID_MAX_LENGTH } from "./limits";
import { isInOurTime, isStoredMoment } from "./stored-moment";

/* The audit log as a person reads what was done with their things, and as an operator reads all of it. */

/** Who acted, as far as the reader may know. */
export type AuditActor =
  | { kind: "me" }
  /** Another person, whom the reader is not told. */
  | { kind: "someone" }
  /** A part of the server; "operator" is a person at its command line. */
  | { kind: "system"; id: string; name: string }
  | { kind: "account"; id: string; name: string; email: string }
  | { kind: "deleted_account"; id: string };

/** What an id in a record names today. */
export type AuditThing =
  | { kind: "key"; provider: string; label: string; last4: string }
  | { kind: "project"; name: string }
  | { kind: "secret"; name: string; projectName: string }
  | { kind: "account"; name: string; email: string }
  | { kind: "my_account" };

/** Where somebody acted: the session's device, if it is known. */
export interface AuditSession {
  id: string;
  device: string | null;
  isCurrent: boolean;
}

export type AuditDetailShown = Record<string, string | number | boolean | string[]>;

export interface AuditEventEntry {
  kind: "event";
  id: string;
  /** ISO, with microseconds. */
  at: string;
  /** `noun.verb`; newer servers may write ones this one does not know. */
  action: string;
  actor: AuditActor;
  objectId: string | null;
  detail: AuditDetailShown;
  session: AuditSession | null;
  /** Its place in the chain; null until it has one, within seconds. */
  seq: number | null;
  mac: string | null;
}

/** How often a key was opened for one purpose on one day of the reader. */
export interface AuditUsesEntry {
  kind: "uses";
  /** First moment of the day, and of the next one; ISO. */
  from: string;
  to: string;
  objectId: string;
  /** `chat`, `test`, `list_models`, ... */
  purpose: string;
  count: number;
  /** There were more than were counted. */
  isAtLeast: boolean;
  lastAt: string;
}

export type AuditEntry = AuditEventEntry | AuditUsesEntry;

interface AuditPage<Entry> {
  /** Newest first; a day's uses after what else happened on it. */
  entries: Entry[];
  /**
   * What ids in the entries name today: those of objects, projects and rows. Others are gone, or not the
   * reader's.
   */
  things: Record<string, AuditThing>;
  /** For the next page; null on the last. */
  next: string | null;
}

export type ActivityResponse = AuditPage<AuditEntry>;

/** The last time the whole chain was verified. */
export interface LastAuditVerification {
  at: string;
  ok: boolean;
  /** Number of the last record it read. */
  through: number;
}

export interface AuditLogResponse extends AuditPage<AuditEventEntry> {
  lastVerification: LastAuditVerification | null;
}

const momentSchema = z.iso
  .datetime({ offset: true, abort: true, error: "Give a time as in 2026-11-30T08:00:00Z." })
  .refine((text) => isInOurTime(Date.parse(text)), "Give a time between the years 2000 and 3000.")
  // The database refuses some offsets, and long fractions.
  .transform((text) => new Date(text).toISOString());

const idSchema = z
  .string()
  .min(1)
  .max(AUDIT_ID_MAX_LENGTH)
  .regex(/^[\w:./-]+$/, "This is not an id of the audit log.");

/** Where a page ended: the last event, or the beginning of the last day of which all was shown. */
const cursorSchema = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z(_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/,
    "This is not the next page of the audit log.",
  )
  .refine((cursor) => isStoredMoment(cursor), "This is not the next page of the audit log.");

const timeZoneSchema = z
  .string()
  .max(64)
  .regex(/^[A-Za-z][\w+/-]*$/, "This is not a time zone.")
  .refine(isTimeZone, "This is not a time zone.");

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const filterShape = {
  group: z.enum(AUDIT_GROUPS, { error: `Choose a group: ${AUDIT_GROUPS.join(", ")}.` }).optional(),
  object: idSchema.optional(),
  from: momentSchema.optional(),
  to: momentSchema.optional(),
};
const pageShape = {
  cursor: cursorSchema.optional(),
  limit: z.coerce
    .number({ error: "The limit is a whole number." })
    .int({ error: "The limit is a whole number." })
    .min(1, { error: "A page has at least one entry." })
    .max(AUDIT_EVENTS_MAX_PER_PAGE, { error: `A page has at most ${AUDIT_EVENTS_MAX_PER_PAGE} entries.` })
    .default(AUDIT_EVENTS_PER_PAGE),
};
const formatSchema = z.enum(["ndjson", "csv"], { error: "Choose ndjson or csv." }).default("ndjson");

export const activityQuerySchema = z.strictObject({
  ...filterShape,
  ...pageShape,
  /** Uses of keys: one entry for each, or summed by day of `timeZone`. */
  uses: z.enum(["summed", "each"], { error: "Choose summed or each." }).default("each"),
  timeZone: timeZoneSchema.default("UTC"),
});
export type ActivityQuery = z.infer<typeof activityQuerySchema>;

export const activityExportSchema = z.strictObject({ ...filterShape, format: formatSchema });

const actorShape = { actor: idSchema.optional() };

export const auditLogQuerySchema = z.strictObject({
  ...filterShape,
  ...actorShape,
  ...pageShape,
  /** Without a group: with uses of keys, or without them. */
  uses: z.enum(["left_out", "each"], { error: "Choose left_out or each." }).default("each"),
});
export type AuditLogQuery = z.infer<typeof auditLogQuerySchema>;

export const auditLogExportSchema = z.strictObject({ ...filterShape, ...actorShape, format: formatSchema });

/** What both kinds of a list and an export can be filtered by. */
export interface AuditFilter {
  group?: AuditGroup | undefined;
  object?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export type AuditExportFormat = z.infer<typeof formatSchema>;
