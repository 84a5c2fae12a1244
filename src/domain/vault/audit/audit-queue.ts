import "server-only";
import { runStatement } from "@/lib/db/run-statement";
import { logger } from "@/lib/logger";
import { oncePerProcess, outsideRequests } from "@/lib/once-per-process";
import { AuditUnavailable } from "./audit-errors";
import type { AuditEvent } from "./audit-event";
import {
  type AuditJournal,
  closeJournal,
  type JournalFile,
  journalDone,
  journalEvent,
} from "./audit-journal";
import { signedAuditRow } from "./record-origin";

const WRITE_AFTER_MS = 500;
const BATCH = 200;
const MAX_WAITING = 50_000;
/** Ordinary events take some 200 bytes; this bounds memory when every event carries a large detail. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
const MAX_BACKOFF_MS = 30_000;

interface QueuedEvent {
  /** The row as JSON, as it is in the journal and sent to the database. */
  json: string;
  bytes: number;
  /** Where it is kept until the database has it. */
  journaled: JournalFile | null;
}

interface AuditQueue {
  /** Oldest first. An event is removed once the database has it. */
  waiting: QueuedEvent[];
  bytes: number;
  journal: AuditJournal;
  /** Consecutive failed writes. */
  failures: number;
  writing?: Promise<void>;
  timer?: NodeJS.Timeout;
  written?: () => void;
  /** The process is shutting down: an event accepted now would be lost. */
  closed?: boolean;
}

const shared = oncePerProcess(
  "auditQueue",
  (): AuditQueue => ({ waiting: [], bytes: 0, journal: {}, failures: 0 }),
);

function auditQueue(): AuditQueue {
  return shared.get();
}

/**
 * Records an event without making the caller wait for the database: it is in the journal on this machine's
 * disk when this returns, and in the database, with others, within half a second. While the database rejects
 * writes, events are kept and retried.
 *
 * @throws AuditUnavailable when 50,000 events (or 64 MiB) are waiting, the disk is full, or the process is
 *   shutting down; do not perform the action that was to be recorded
 * @throws InvalidAuditEvent
 */
export function queueAuditEvent(event: AuditEvent): void {
  const queue = auditQueue();
  // Signed here with its id, so that a retry cannot write a second row.
  const json = JSON.stringify(signedAuditRow(event));
  const bytes = Buffer.byteLength(json, "utf8");
  const isFull = queue.waiting.length >= MAX_WAITING || queue.bytes + bytes > MAX_WAITING_BYTES;
  if (queue.closed || isFull) {
    throw new AuditUnavailable(queue.waiting.length);
  }
  let journaled: JournalFile | null;
  try {
    journaled = journalEvent(queue.journal, json);
  } catch (error) {
    throw new AuditUnavailable(queue.waiting.length, { cause: error });
  }
  queue.waiting.push({ json, bytes, journaled });
  queue.bytes += bytes;
  schedule(queue);
}

/**
 * Refuses new events and writes the queue. For shutdown, before the database closes: a request still being
 * served when the process has to end is refused any action it could not record.
 *
 * @throws AuditUnavailable when a write failed
 */
export async function closeAuditQueue(): Promise<void> {
  const queue = auditQueue();
  queue.closed = true;
  try {
    await flushAuditEvents();
  } finally {
    closeJournal(queue.journal);
  }
}

/** Why this server keeps no journal of its events; null if it does, or had none to keep yet. */
export function auditJournalProblem(): string | null {
  return auditQueue().journal.problem?.reason ?? null;
}

/** Accepts events (again). */
export function openAuditQueue(): void {
  delete auditQueue().closed;
}

/**
 * Writes the whole queue now.
 *
 * @throws AuditUnavailable when a write failed; the events are kept
 */
export async function flushAuditEvents(): Promise<void> {
  const queue = auditQueue();
  // A write in progress may be about to fail for a reason that has since passed.
  await queue.writing?.catch(() => undefined);
  try {
    while (queue.waiting.length > 0) await write(queue);
  } catch (error) {
    throw new AuditUnavailable(queue.waiting.length, { cause: error });
  }
}

/**
 * Calls `listener` after each batch the database accepted, whichever bundle wrote it. One listener; undefined
 * removes it.
 */
export function onAuditEventsWritten(listener: (() => void) | undefined): void {
  const queue = auditQueue();
  if (listener) queue.written = listener;
  else delete queue.written;
}

/** Schedules a write of the queue: now if a batch is full, else in half a second, later after failures. */
function schedule(queue: AuditQueue): void {
  if (queue.writing || queue.waiting.length === 0) return;
  if (queue.failures === 0 && queue.waiting.length >= BATCH) {
    writeInBackground(queue);
    return;
  }
  queue.timer ??= outsideRequests(() =>
    setTimeout(
      () => writeInBackground(queue),
      Math.min(WRITE_AFTER_MS * 2 ** queue.failures, MAX_BACKOFF_MS),
    ),
  );
  // An otherwise idle process waits for its first try, but not for a database that may never come back.
  if (queue.failures > 0) queue.timer.unref();
}

function writeInBackground(queue: AuditQueue): void {
  write(queue).catch((error: unknown) => {
    if (queue.failures === 1) {
      logger.error(
        { err: error, waiting: queue.waiting.length },
        "audit events cannot be written; they are kept",
      );
    }
  });
}

/** One write at a time, so that events keep their order. */
function write(queue: AuditQueue): Promise<void> {
  clearTimeout(queue.timer);
  delete queue.timer;
  queue.writing ??= tryToWrite(queue).finally(() => {
    delete queue.writing;
    schedule(queue);
  });
  return queue.writing;
}

async function tryToWrite(queue: AuditQueue): Promise<void> {
  try {
    await writeAll(queue);
  } catch (error) {
    queue.failures += 1;
    throw error;
  }
  if (queue.failures > 0) logger.info("audit events are written again");
  queue.failures = 0;
}

/** If the connection broke after the commit, this is a retry: those rows are there already. */
const WRITE = `insert into audit_events (id, at, actor_id, action, object_id, detail, origin_mac)
  select id, at, "actorId", action, "objectId", detail, "originMac" from jsonb_to_recordset($1::jsonb)
    as event (id uuid, at timestamptz, "actorId" text, action text, "objectId" text, detail jsonb, "originMac" text)
  on conflict (id) do nothing`;

async function writeAll(queue: AuditQueue): Promise<void> {
  while (queue.waiting.length > 0) {
    const batch = queue.waiting.slice(0, BATCH);
    await runStatement(WRITE, [`[${batch.map(({ json }) => json).join(",")}]`]);
    queue.waiting.splice(0, batch.length);
    for (const event of batch) {
      queue.bytes -= event.bytes;
      if (event.journaled) journalDone(queue.journal, event.journaled);
    }
    queue.written?.();
  }
}
